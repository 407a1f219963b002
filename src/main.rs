//! The caseflow command.
fn main() -> std::process::ExitCode {
    caseflow::app::cli::main()
}
