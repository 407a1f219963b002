//! The event engine: one world a replication.
