//! The beginning: places, and those who already wait for a service or receive it.

use super::plan::{ReferNode, ServicePlan};
use super::state::{Asking, Doing, NONE, Referral, Services};
use crate::base::time::Span;
use crate::engine::law::End;
use crate::engine::world::World;
use crate::model::service::Status;

impl World<'_> {
    /// Places at the beginning.
    pub(crate) fn open_services(&mut self) {
        let Some(mut services) = self.services.take() else { return };
        for s in 0..services.lines.len() {
            self.open_line(&mut services, s);
        }
        self.services = Some(services);
    }

    /// A case was found in a stage, where its stay will end then.
    pub(crate) fn services_found(&mut self, id: u32, stage: usize, end: End) {
        let Some(mut services) = self.services.take() else { return };
        self.services_settle(&mut services, id, stage, end);
        if let Some(plan) = self.net.services.as_ref() {
            let (number, visit) = (self.cases.get(id).number, self.cases.this_visit(id, stage));
            let who = Asking { case: id, number, stage: stage as u16, visit };
            for node in &plan.refers[stage] {
                if plan.services[node.service].already.is_some()
                    && let Some((client, priority)) = self.considered(&mut services, plan, node, who)
                {
                    self.so_far(&mut services, plan, node, (who, client), priority);
                }
            }
        }
        self.services = Some(services);
    }

    /// How far a case that was referred before the beginning has come.
    fn so_far(
        &mut self,
        services: &mut Services,
        plan: &ServicePlan,
        node: &ReferNode,
        (who, client): (Asking, u32),
        priority: i32,
    ) {
        let (s, spec) = (node.service, &plan.services[node.service]);
        let Some(shares) = spec.already else { return };
        let case = *self.cases.get(who.case);
        let key = if spec.by_family { case.family } else { case.key };
        let visit = who.visit;
        let mut u = key.unit(node.draws.already, visit);
        let mut within = |share: f64| {
            let inside = u < share;
            u -= share;
            inside
        };
        if within(shares.received) {
            return self.set_status(services, s, client, Some(Status::InTime), false);
        }
        if within(shares.received_late) {
            return self.set_status(services, s, client, Some(Status::Late), false);
        }
        let receiving = within(shares.receiving);
        if !receiving && !within(shares.waiting) {
            return self.set_status(services, s, client, Some(Status::Not), true);
        }
        // it was referred at a uniform time since its stay began
        let back = (self.now.0 - case.started).max(0) as f64;
        let asked = self.now.0 - (back * key.unit(node.draws.already.numbered(1), visit)) as i64;
        let (doing, draws) = (Doing::Waiting, node.draws);
        let referral = Referral {
            service: s,
            doing,
            client,
            asked,
            ticket: 0,
            pending: 0,
            key,
            draws,
            visit,
            place: NONE,
        };
        let r = services.keep(referral);
        if let Some(client) = services.client(s, client) {
            client.referral = r;
        }
        if receiving && services.lines[s].places > services.lines[s].busy {
            self.in_the_middle(services, plan, r);
        } else {
            self.join_service_line(services, r, priority);
        }
    }

    /// Part of its course has passed, as at a random moment of a steady flow.
    fn in_the_middle(&mut self, services: &mut Services, plan: &ServicePlan, r: u32) {
        let referral = services.referrals[r as usize];
        let s = referral.service;
        let law = &plan.services[s].length_law;
        let elapsed =
            law.length_biased_elapsed(referral.key.unit(referral.draws.already.numbered(2), referral.visit));
        services.lines[s].busy += 1;
        services.referrals[r as usize].doing = Doing::Receiving;
        self.recorder.service_found(s, self.now.0);
        self.take_place(services, r, Span::from_days(elapsed).0);
        self.set_status(services, s, referral.client, Some(Status::InTime), false);
    }
}
