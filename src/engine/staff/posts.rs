//! Posts are filled and fall vacant, and cases go to other workers when theirs leaves.

use super::plan::{DeskPlan, StaffPlan};
use super::state::{HELD, KINDS, NOBODY, Post};
use crate::base::rng::{Purpose, hash_name};
use crate::base::time::{SimTime, Span};
use crate::engine::agenda::Phase;
use crate::engine::clock::left_of;
use crate::engine::probe::Probe;
use crate::engine::world::World;

const SERVICE: Purpose = Purpose::named("service");
const LEAVES: Purpose = Purpose::named("leaves post");
const PUSHED: Purpose = Purpose::named("leaves overloaded");
const RECRUITED: Purpose = Purpose::named("recruited");
const NEWLY: Purpose = Purpose::named("newly qualified");
const NEWLY_FOUND: Purpose = Purpose::named("newly qualified at the start");
const COVERED: Purpose = Purpose::named("agency cover");
const COVER_FOUND: Purpose = Purpose::named("agency cover at the start");
const AGENCY: Purpose = Purpose::named("agency starts");
const AWAY: Purpose = Purpose::named("goes absent");
const AWAY_FOR: Purpose = Purpose::named("absent for");
const FOUND_AWAY: Purpose = Purpose::named("absent at the start");
const ELAPSED: Purpose = Purpose::named("vacant so far");

/// Kinds of change of a post, in the order in which they are told apart in an event.
const LEAVE: usize = 0;
const START: usize = 1;
const COVER: usize = 2;
const ABSENT: usize = 3;

/// A mean month.
const MONTH: Span = Span(2_629_800_000);

impl World<'_> {
    /// Posts at the beginning: the first of each desk are vacant, as many as it has vacancies.
    pub(crate) fn open_staff(&mut self) {
        let Some(plan) = self.net.staff.as_ref() else { return };
        let root = self.root.child(hash_name("staff"));
        for (d, desk) in plan.desks.iter().enumerate() {
            let mut vacant = desk.vacant;
            for slot in desk.first..desk.end {
                let spec = plan.slots[slot];
                if let Some(s) = self.staff.as_mut() {
                    s.slots[slot].key = root.child(desk.key).child(spec.number);
                }
                if let Some(at) = spec.opens.filter(|at| *at > self.now) {
                    self.due(slot, START, at);
                    continue;
                }
                self.recorder.posts(d, self.now.0, [0, spec.fte, 0, 0]);
                // the nearest whole number of posts
                if 2 * vacant >= spec.fte && vacant > 0 {
                    vacant -= spec.fte;
                    self.open_vacant(plan, slot);
                } else {
                    self.open_filled(plan, slot);
                }
            }
        }
        if plan.ticks {
            self.schedule_other(self.now + MONTH, Phase::Shift, self.pools.len() + KINDS * plan.slots.len());
        }
    }

    fn open_filled(&mut self, plan: &StaffPlan, slot: usize) {
        let desk = &plan.desks[plan.slots[slot].desk];
        let now = self.now.0;
        let Some(staff) = self.staff.as_mut() else { return };
        let s = &mut staff.slots[slot];
        let served = desk.service.steady(s.key.unit(SERVICE, 0));
        s.since = now.saturating_sub(served);
        s.newly = desk.newly.is_some_and(|n| s.key.unit(NEWLY_FOUND, 0) < n.0);
        self.seat(plan, slot, Post::Permanent, served);
        self.open_absence(plan, slot);
    }

    /// Some are absent at the beginning, as at a random moment of a steady team.
    fn open_absence(&mut self, plan: &StaffPlan, slot: usize) {
        let desk = plan.slots[slot].desk;
        let Some(absence) = &plan.desks[desk].absence else { return };
        let Some(s) = self.staff.as_mut().and_then(|s| s.slots.get_mut(slot)) else { return };
        if s.key.unit(FOUND_AWAY, 0) < absence.share() {
            s.absent = true;
            let left = absence.law.length_biased_elapsed(s.key.unit(FOUND_AWAY, 1));
            self.recorder.posts(desk, self.now.0, [0, 0, 0, plan.slots[slot].fte]);
            self.due(slot, ABSENT, self.now + Span::from_days(left));
        }
    }

    /// The next absence of whoever is in a post.
    fn plan_absence(&mut self, plan: &StaffPlan, slot: usize) {
        let Some(absence) = &plan.desks[plan.slots[slot].desk].absence else { return };
        let (now, until) = (self.now, self.net.stop);
        let Some(s) = self.staff.as_mut().and_then(|s| s.slots.get_mut(slot)) else { return };
        let lap = &mut s.laps[ABSENT];
        lap.start(now);
        let at = lap.ring((s.key, AWAY), now, until, |_, amount| Some((amount / absence.rate) as i64));
        self.due(slot, ABSENT, at);
    }

    /// A worker goes absent or comes back.
    fn absent_or_back<P: Probe>(&mut self, plan: &StaffPlan, slot: usize, probe: &mut P) {
        let spec = plan.slots[slot];
        let Some(absence) = &plan.desks[spec.desk].absence else { return };
        let now = self.now;
        let Some(s) = self.staff.as_mut().and_then(|s| s.slots.get_mut(slot)) else { return };
        if s.absent {
            s.absent = false;
            self.recorder.posts(spec.desk, now.0, [0, 0, 0, -spec.fte]);
            self.plan_absence(plan, slot);
            self.reallocate(plan, Vec::new(), spec.desk, probe);
            return;
        }
        s.laps[ABSENT].stop(now);
        let bits = s.key.bits(AWAY_FOR, s.laps[ABSENT].occasion());
        s.absent = true;
        self.recorder.posts(spec.desk, now.0, [0, 0, 0, spec.fte]);
        self.due(slot, ABSENT, now + Span::from_ms_f64(absence.length.draw(bits)));
        if !absence.wait {
            let cases = self.empty(plan, slot);
            self.reallocate(plan, cases, spec.desk, probe);
        }
    }

    fn open_vacant(&mut self, plan: &StaffPlan, slot: usize) {
        let desk = &plan.desks[plan.slots[slot].desk];
        let (now, until) = (self.now, self.net.stop);
        let Some(staff) = self.staff.as_mut() else { return };
        let s = &mut staff.slots[slot];
        let key = s.key;
        if let Some(law) = &desk.recruitment {
            let passed = Span::from_days(law.length_biased_elapsed(key.unit(ELAPSED, 0))).0;
            let lap = &mut s.laps[START];
            lap.start(now);
            let left = |after: i64, amount| left_of(law, passed.saturating_add(after), amount);
            let at = lap.ring((key, RECRUITED), now, until, left);
            self.due(slot, START, at);
        }
        if desk.agency.as_ref().is_some_and(|a| key.unit(COVER_FOUND, 0) < a.share) {
            self.seat(plan, slot, Post::Agency, 0);
        }
    }

    /// Somebody sits down in a post, who has served so long already.
    fn seat(&mut self, plan: &StaffPlan, slot: usize, post: Post, served: i64) {
        let spec = plan.slots[slot];
        let desk: &DeskPlan = &plan.desks[spec.desk];
        let now = self.now;
        let Some(staff) = self.staff.as_mut() else { return };
        let s = &mut staff.slots[slot];
        s.post = post;
        let per = match (&desk.agency, post) {
            (Some(agency), Post::Agency) => agency.caseload,
            _ => desk.caseload,
        };
        s.capacity = per * spec.fte as f64 / super::plan::MILLI;
        if post == Post::Permanent {
            let service = &desk.service;
            let lap = &mut s.laps[LEAVE];
            lap.start(now);
            let left = |after: i64, amount| service.left(served.saturating_add(after), amount);
            let at = lap.ring((s.key, LEAVES), now, self.net.stop, left);
            self.recorder.posts(spec.desk, now.0, [spec.fte, -spec.fte, 0, 0]);
            self.due(slot, LEAVE, at);
            self.plan_absence(plan, slot);
        } else {
            s.newly = false;
            self.recorder.posts(spec.desk, now.0, [0, 0, spec.fte, 0]);
        }
    }

    fn due(&mut self, slot: usize, kind: usize, at: SimTime) {
        if let Some(staff) = self.staff.as_mut() {
            staff.slots[slot].due[kind] = at;
        }
        self.schedule_other(at, Phase::Shift, self.pools.len() + KINDS * slot + kind);
    }

    /// Something that was due for a post; what was cancelled meanwhile is passed over.
    pub(crate) fn staff_event<P: Probe>(&mut self, which: usize, probe: &mut P) {
        let Some(plan) = self.net.staff.as_ref() else { return };
        if which == KINDS * plan.slots.len() {
            self.staff_tick(plan, probe);
            return;
        }
        let (slot, kind, now) = (which / KINDS, which % KINDS, self.now);
        let Some(s) = self.staff.as_mut().and_then(|s| s.slots.get_mut(slot)) else { return };
        if s.due[kind] != now {
            return;
        }
        s.due[kind] = SimTime::NEVER;
        match kind {
            LEAVE => self.vacate(plan, slot, probe),
            START if plan.slots[slot].opens == Some(now) => self.add_post(plan, slot),
            START => self.begin(plan, slot, probe),
            ABSENT => self.absent_or_back(plan, slot, probe),
            _ => self.cover(plan, slot, probe),
        }
    }

    /// A worker leaves for good.
    fn vacate<P: Probe>(&mut self, plan: &StaffPlan, slot: usize, probe: &mut P) {
        let spec = plan.slots[slot];
        let cases = self.empty(plan, slot);
        let now = self.now;
        let Some(staff) = self.staff.as_mut() else { return };
        let s = &mut staff.slots[slot];
        s.post = Post::Vacant;
        (s.due[LEAVE], s.due[ABSENT]) = (SimTime::NEVER, SimTime::NEVER);
        s.laps[LEAVE].stop(now);
        s.laps[ABSENT].stop(now);
        let absent = std::mem::take(&mut s.absent);
        self.recorder.posts(spec.desk, now.0, [-spec.fte, spec.fte, 0, 0]);
        if absent {
            self.recorder.posts(spec.desk, now.0, [0, 0, 0, -spec.fte]);
        }
        self.recorder.left_post(spec.desk, spec.fte);
        self.seek(plan, slot);
        self.reallocate(plan, cases, spec.desk, probe);
    }

    /// A post that did not exist is there, and vacant.
    fn add_post(&mut self, plan: &StaffPlan, slot: usize) {
        let spec = plan.slots[slot];
        self.recorder.posts(spec.desk, self.now.0, [0, spec.fte, 0, 0]);
        self.seek(plan, slot);
    }

    /// Somebody is sought for a post that is vacant from now, and an agency worker meanwhile.
    fn seek(&mut self, plan: &StaffPlan, slot: usize) {
        let (now, desk) = (self.now, &plan.desks[plan.slots[slot].desk]);
        let Some(s) = self.staff.as_mut().and_then(|s| s.slots.get_mut(slot)) else { return };
        let key = s.key;
        let occasion = s.laps[START].start(now);
        let lap = s.laps[START];
        let start = match &desk.recruitment {
            Some(law) => {
                lap.ring((key, RECRUITED), now, self.net.stop, |after, amount| left_of(law, after, amount))
            }
            None => SimTime::NEVER,
        };
        if start < SimTime::NEVER {
            self.due(slot, START, start);
        }
        if let Some(agency) = desk.agency.as_ref().filter(|a| key.unit(COVERED, occasion) < a.share) {
            let at = now + Span::from_ms_f64(agency.after.draw(key.bits(AGENCY, occasion)));
            if at < start {
                self.due(slot, COVER, at);
            }
        }
    }

    /// A recruit begins; an agency worker in the post leaves.
    fn begin<P: Probe>(&mut self, plan: &StaffPlan, slot: usize, probe: &mut P) {
        let spec = plan.slots[slot];
        let now = self.now.0;
        let cases = self.empty(plan, slot);
        let Some(staff) = self.staff.as_mut() else { return };
        let s = &mut staff.slots[slot];
        if s.post == Post::Agency {
            self.recorder.posts(spec.desk, now, [0, 0, -spec.fte, 0]);
        }
        s.due[COVER] = SimTime::NEVER;
        s.since = now;
        s.laps[START].stop(self.now);
        let newly = plan.desks[spec.desk].newly;
        s.newly = newly.is_some_and(|n| s.key.unit(NEWLY, s.laps[START].occasion()) < n.0);
        self.seat(plan, slot, Post::Permanent, 0);
        self.recorder.joined_post(spec.desk, spec.fte);
        self.reallocate(plan, cases, spec.desk, probe);
    }

    /// An agency worker begins in a vacant post.
    fn cover<P: Probe>(&mut self, plan: &StaffPlan, slot: usize, probe: &mut P) {
        self.seat(plan, slot, Post::Agency, 0);
        self.reallocate(plan, Vec::new(), plan.slots[slot].desk, probe);
    }

    /// Takes all cases from a worker, in the order in which they came into the model.
    fn empty(&mut self, plan: &StaffPlan, slot: usize) -> Vec<(u32, usize)> {
        let role = plan.desks[plan.slots[slot].desk].role;
        let Some(staff) = self.staff.as_mut() else { return Vec::new() };
        let mut ids = staff.slots[slot].cases.clone();
        ids.sort_by_key(|id| self.cases.get(*id).number);
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            for h in 0..HELD {
                if staff.cases[id as usize].held[h].slot == slot as u32 {
                    staff.let_go(id, h, role);
                    out.push((id, h));
                }
            }
        }
        out
    }

    /// Cases without their worker go to others of the desk, or wait; then the line is served.
    fn reallocate<P: Probe>(
        &mut self,
        plan: &StaffPlan,
        cases: Vec<(u32, usize)>,
        desk: usize,
        probe: &mut P,
    ) {
        let role = plan.desks[desk].role;
        for (id, h) in cases {
            let stage = self.cases.get(id).stage as usize;
            let Some(staff) = self.staff.as_mut() else { return };
            let weight = plan.roles[role].weights[stage];
            let waiting = !staff.lines[desk].is_empty();
            let found = if waiting { None } else { staff.choose(plan, desk, id, weight, self.now.0, NOBODY) };
            match found {
                Some(slot) => {
                    staff.take(id, h, slot, role, weight);
                    if h == 0 {
                        let record = &mut staff.cases[id as usize];
                        record.met += 1;
                        record.met_in_stay += 1;
                        // whoever takes over from another worker is there to stay
                        record.handed = true;
                        self.recorder.reallocated(desk);
                    }
                }
                // who works beside is missed, but not waited for
                None if h == 0 => self.join_line(id, stage, desk, false),
                None => {}
            }
        }
        self.serve_line(desk, probe);
    }

    /// Once a month: overloaded workers may leave, and capacities have grown.
    fn staff_tick<P: Probe>(&mut self, plan: &StaffPlan, probe: &mut P) {
        let now = self.now.0;
        let tick = self.staff.as_mut().map_or(0, |s| {
            s.tick += 1;
            s.tick
        });
        for slot in 0..plan.slots.len() {
            let desk = &plan.desks[plan.slots[slot].desk];
            let role = &plan.roles[desk.role];
            let Some(staff) = self.staff.as_ref() else { return };
            let s = &staff.slots[slot];
            if role.turnover <= 0.0 || s.post != Post::Permanent || s.absent {
                continue;
            }
            let more = role.turnover * staff.overload(plan, slot, now);
            let leaving = desk.service.rate(now.saturating_sub(s.since)) * more * MONTH.0 as f64;
            if leaving > 0.0 && s.key.unit(PUSHED, tick) < -libm::expm1(-leaving) {
                self.vacate(plan, slot, probe);
            }
        }
        for desk in 0..plan.desks.len() {
            self.serve_line(desk, probe);
        }
        self.schedule_other(self.now + MONTH, Phase::Shift, self.pools.len() + KINDS * plan.slots.len());
    }
}
