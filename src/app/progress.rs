//! Progress with the time left, and stopping when asked.

use crate::experiment::run::Watch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED_TO_STOP: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C ends the run after the replications in hand; a second one ends at once.
pub(crate) fn catch_interrupt() {
    let _ = ctrlc::set_handler(|| {
        if ASKED_TO_STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// A bar on the terminal; silent where there is none.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub fn new(replications: u64, quiet: bool) -> Bar {
        let bar = ProgressBar::new(replications);
        if quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} replications, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar(bar)
    }
}

impl Watch for Bar {
    fn done(&self) {
        self.0.inc(1);
    }

    fn stop(&self) -> bool {
        ASKED_TO_STOP.load(Ordering::Relaxed)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
