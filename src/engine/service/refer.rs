//! Referral: from the beginning of a stay to the queue or a place.

use super::plan::{ReferNode, ServicePlan};
use super::state::{Asking, Doing, NONE, Referral, Services};
use crate::engine::world::World;
use crate::model::service::Status;

impl World<'_> {
    /// A stay has begun: the case may be referred to services once all that ends now has ended.
    pub(super) fn ask_soon(&mut self, services: &mut Services, id: u32, stage: usize) {
        let Some(plan) = self.net.services.as_ref() else { return };
        if plan.refers[stage].is_empty() {
            return;
        }
        if services.asking.is_empty() {
            self.schedule_asking();
        }
        let (number, visit) = (self.cases.get(id).number, self.cases.this_visit(id, stage));
        services.asking.push(Asking { case: id, number, stage: stage as u16, visit });
    }

    /// Refers all who began a stay at this moment.
    pub(super) fn refer_all(&mut self, services: &mut Services) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let mut asking = std::mem::take(&mut services.asking);
        for who in asking.drain(..) {
            let gone = services.here.get(who.case as usize) != Some(&true);
            if gone || self.cases.get(who.case).number != who.number {
                continue;
            }
            for node in &plan.refers[who.stage as usize] {
                if let Some((client, priority)) = self.considered(services, plan, node, who) {
                    self.ask(services, plan, node, (who, client), priority);
                }
            }
        }
        services.asking = asking;
    }

    /// Whether a case would be referred now: the client it is for the service, and its priority.
    pub(super) fn considered(
        &self,
        services: &mut Services,
        plan: &ServicePlan,
        node: &ReferNode,
        who: Asking,
    ) -> Option<(u32, i32)> {
        let id = who.case;
        let spec = &plan.services[node.service];
        let facts = self.cases.facts(id, self.now.0, &self.net.people.bands);
        let (_, share, priority) = node.entries.iter().find(|e| e.0.fits(facts))?;
        let index = services.client_of(spec.by_family, id);
        let client = services.consider(node.service, spec.by_family, index)?;
        let received = matches!(client.status, Some(Status::InTime | Status::Late));
        let here = (who.stage, who.visit);
        // siblings are one family, thought of once, though they may start on different days
        if received || client.referral != NONE || client.considered == here {
            return None;
        }
        client.considered = here;
        let case = self.cases.get(id);
        let key = if spec.by_family { case.family } else { case.key };
        (key.unit(node.draws.refer, who.visit) < *share).then_some((index, *priority))
    }

    fn ask(
        &mut self,
        services: &mut Services,
        plan: &ServicePlan,
        node: &ReferNode,
        (who, client): (Asking, u32),
        priority: i32,
    ) {
        let spec = &plan.services[node.service];
        let s = node.service;
        let case = *self.cases.get(who.case);
        let key = if spec.by_family { case.family } else { case.key };
        let visit = who.visit;
        let line = &services.lines[s];
        let full = !line.admits(1) && line.waiting >= spec.room;
        let tally = self.recorder.service(s);
        tally.referrals += 1;
        if key.unit(node.draws.accept, visit) >= spec.accepted || full {
            tally.turned_away += 1;
            self.set_status(services, s, client, Some(Status::Not), true);
            return;
        }
        if key.unit(node.draws.take_up, visit) >= spec.taken_up {
            tally.not_taken_up += 1;
            self.set_status(services, s, client, Some(Status::Not), false);
            return;
        }
        let referral = Referral {
            service: s,
            doing: Doing::Waiting,
            client,
            asked: self.now.0,
            ticket: 0,
            pending: 0,
            key,
            draws: node.draws,
            visit,
            place: NONE,
        };
        let r = services.keep(referral);
        if let Some(client) = services.client(s, client) {
            client.referral = r;
        }
        if services.lines[s].admits(1) {
            self.begin_service(services, r, false);
        } else {
            self.join_service_line(services, r, priority);
        }
    }

    /// A family or child has come somewhere with a service; moves the ends of its stays.
    pub(super) fn set_status(
        &mut self,
        services: &mut Services,
        s: usize,
        index: u32,
        status: Option<Status>,
        unmet: bool,
    ) {
        let Some(plan) = self.net.services.as_ref() else { return };
        let by_family = plan.services[s].by_family;
        let present = services.present(by_family, index);
        let Some(client) = services.client(s, index) else { return };
        if client.unmet != unmet {
            self.recorder.service_unmet(
                s,
                self.now.0,
                if unmet { i64::from(present) } else { -i64::from(present) },
            );
        }
        client.unmet = unmet;
        let same = client.status == status;
        client.status = status;
        if same || !plan.tracks || present == 0 {
            return;
        }
        if !by_family {
            self.retime(services, index);
            return;
        }
        let n = services.families.members[index as usize].len();
        for i in 0..n {
            let member = services.families.members[index as usize][i];
            self.retime(services, member);
        }
    }
}
