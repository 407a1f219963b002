//! The model file and the checked model.
