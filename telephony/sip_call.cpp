#include "telephony/sip_call.hpp"

#include "telephony/sip_reach.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::outcome;
using std::chrono::milliseconds;

/// The engine puts whom we hung up on back in line under this cause, and so it
/// does for a call that a stop of ours cut short.
constexpr std::string_view hung_up_cause = "operator_hung_up";

/// RFC 3261's T1: before it only one INVITE has left.
constexpr milliseconds first_repeat{500};

struct loss {
  const char* why;
  std::string_view cause;
};

/// An INVITE is under way, and what became of it nobody can say: it may ring.
std::optional<loss> lost_sight(const sip_final& how) {
  if (how.by != sip_speaker::our_stack || how.we_cancelled)
    return std::nullopt;
  if (how.status == 503)
    return loss{"the connection to the trunk was lost", "trunk_lost"};
  if (how.status == 408) // its patience is longer than ours: neither of us was awake
    return loss{"the process was halted", "halted"};
  return std::nullopt;
}

std::string q850_code(std::uint16_t cause) {
  return "Q.850 " + std::to_string(cause == 0 ? 16 : cause); // normal call clearing
}

} // namespace

sip_call::sip_call(
  const sip_switch& in, call_request request, std::function<void(place_answer)> answer)
  : in_{in}, request_{std::move(request)}, answer_{std::move(answer)}, wanted_agent_{agent_of(
                                                                         request_, *in.settings)},
    contact_{*this, in.stack, in.credentials}, timer_{in.root} {}

void sip_call::start() {
  auto invitation = invite_contact(request_, *in_.settings, wanted_agent_.has_value());
  if (auto* why = std::get_if<telephony::refused>(&invitation)) {
    end_ = make_end(outcome::failed, why->cause, {});
    take_answer(std::move(*why));
    told_end_ = true;
    in_.book->end(request_.id, *end_);
    return in_.done(request_.id);
  }
  started_at_ = steady::now();
  contact_.invite(std::get<sip_invitation>(invitation));
  constexpr int spans = 4;
  listen_for(std::min(in_.settings->silence, in_.settings->ring_timeout) / spans, spans);
}

void sip_call::hang_up() {
  if (std::exchange(asked_to_end_, true) || end_ || told_end_)
    return;
  if (answered_at_ != events::instant{}) {
    bool waits_for_agent = wanted_agent_ && !joined_;
    return end_call(
      waits_for_agent ? outcome::abandoned : outcome::completed,
      waits_for_agent ? hung_up_cause : std::string_view{},
      q850_code(0));
  }
  if (std::exchange(given_up_, true))
    return;
  contact_.cancel();
  await_farewell();
}

void sip_call::drop() {
  timer_.stop();
  if (answer_)
    take_answer(unclear{"the trunk was closed"});
  if (end_ && !told_end_)
    tell_end(*end_);
  in_.done(request_.id);
}

// What the stack tells of either side.

void sip_call::progressed(sip_leg& leg, int status) {
  if (&leg != &contact_ || told_end_)
    return;
  in_.reached(true);
  if (!std::exchange(heard_, true))
    ring_on();
  if (status == 100)
    return; // the next hop has it, and that is all
  take_answer(accepted{});
  // 181 and 182 do not ring. 183 brings the network's own ringing tone.
  if ((status == 180 || status == 183) && !std::exchange(ringing_, true))
    in_.tell(request_.id, events::call_ringing{in_.now()});
}

void sip_call::refused(sip_leg& leg, const sip_final& how) {
  if (&leg == &contact_)
    contact_refused(how);
  else if (!joined_)
    end_call(outcome::abandoned, "agent_unreachable", provider_code(how));
}

void sip_call::contact_refused(const sip_final& how) {
  timer_.stop();
  if (told_end_)
    return;
  in_.reached(how.by == sip_speaker::peer);
  if (was_never_sent(how)) {
    in_.book->end(request_.id, make_end(outcome::cancelled, hung_up_cause, provider_code(how)));
    told_end_ = true;
    return take_answer(not_now{"the trunk can't be reached: " + how.phrase, unreachable_rest});
  }
  if (auto lost = lost_sight(how)) {
    take_answer(unclear{lost->why});
    return tell_end(make_end(outcome::unknown, lost->cause, provider_code(how)));
  }
  auto verdict = verdict_on(how);
  auto end = make_end(verdict.outcome, verdict.cause, provider_code(how));
  if (how.we_cancelled && asked_to_end_ && end.outcome == outcome::no_answer) {
    end.outcome = outcome::cancelled;
    end.cause = hung_up_cause;
  }
  if (answer_ && verdict.rest > events::duration{}) {
    take_answer(telephony::refused{end.cause, end.provider_code, verdict.rest});
    in_.book->end(request_.id, end);
    told_end_ = true;
    return;
  }
  take_answer(accepted{});
  tell_end(std::move(end));
}

/// Certain: the name has no address, or the one datagram that left came back.
/// Of a broken connection nobody can say how much went through it: `sip_reach` sees
/// to it that there was one.
bool sip_call::was_never_sent(const sip_final& how) const {
  if (how.by != sip_speaker::our_stack || how.status != 503 || heard_ || !answer_)
    return false;
  bool one_datagram =
    in_.settings->server.transport == sip_transport::udp && since_start() < first_repeat;
  return how.phrase == "DNS Error" || one_datagram;
}

void sip_call::answered(sip_leg& leg) {
  if (&leg == &contact_)
    contact_answered();
  else
    agent_answered();
}

void sip_call::contact_answered() {
  timer_.stop();
  if (told_end_) // after the trunk had been silent for so long that we gave it up
    return contact_.hang_up();
  heard_ = true;
  in_.reached(true);
  take_answer(accepted{});
  answered_at_ = in_.now();
  in_.book->answer(request_.id, answered_at_, contact_.dialog(), request_.to);
  in_.tell(request_.id, events::call_answered{answered_at_});
  if (given_up_) // the answer crossed our CANCEL
    return end_call(outcome::abandoned, "answered_too_late", q850_code(0));
  if (!wanted_agent_) {
    contact_.acknowledge({});
    auto lasts = std::min(in_.settings->hold, in_.settings->longest_call);
    return timer_.set(lasts, [this] { end_call(outcome::completed, {}, q850_code(0)); });
  }
  if (contact_.sdp().empty())
    return end_call(outcome::failed, "media", "SIP 200 without an offer");
  auto invitation = invite_agent(request_, *wanted_agent_, *in_.settings);
  invitation.sdp = contact_.sdp();
  agent_ = std::make_unique<sip_leg>(*this, in_.stack, in_.none);
  agent_->invite(invitation);
  timer_.set(in_.settings->agent_answer, [this] {
    end_call(outcome::abandoned, "agent_unreachable", "SIP 408 agent");
  });
}

void sip_call::agent_answered() {
  agent_->acknowledge({});
  if (end_ || contact_.is_over())
    return agent_->hang_up();
  if (agent_->sdp().empty())
    return end_call(outcome::abandoned, "agent_unreachable", "SIP 200 without an answer");
  joined_ = true;
  in_.book->join(request_.id, in_.now(), agent_->dialog(), request_.to);
  contact_.acknowledge(agent_->sdp());
  timer_.set(in_.settings->longest_call, [this] {
    end_call(outcome::completed, "longest_call", q850_code(0));
  });
}

/// Session timers bring the same offer again; a new one is for the other side.
void sip_call::offered(sip_leg& leg, const std::string& sdp, bool is_new) {
  auto* to = other(leg);
  if (!wanted_agent_)
    return leg.settle_offer(200, held_sdp(*in_.settings));
  if (to == nullptr || !joined_ || to->is_over() || reoffering_ != nullptr)
    return leg.settle_offer(491, {}); // Request Pending: try again
  if (!is_new || sdp.empty())
    return leg.settle_offer(200, to->sdp());
  reoffering_ = &leg;
  to->reoffer(sdp);
}

void sip_call::answered_offer(sip_leg& leg, const std::string& sdp) {
  auto* asker = std::exchange(reoffering_, nullptr);
  if (asker == nullptr || asker == &leg)
    return;
  if (sdp.empty())
    asker->settle_offer(488, {});
  else
    asker->settle_offer(200, sdp);
}

void sip_call::hung_up(sip_leg& leg, std::uint16_t q850) {
  if (end_)
    return; // our BYE crosses theirs
  if (&leg == &contact_) {
    bool waited_for_agent = wanted_agent_ && !joined_;
    end_call(
      waited_for_agent ? outcome::abandoned : outcome::completed,
      waited_for_agent ? "hung_up_before_agent" : std::string_view{},
      q850_code(q850));
  } else if (joined_) {
    end_call(outcome::completed, {}, q850_code(q850));
  }
}

void sip_call::over(sip_leg& leg) {
  if (&leg == &contact_) {
    if (!told_end_ && !end_ && answered_at_ != events::instant{})
      end_call(outcome::completed, "connection_lost", "SIP 408");
    if (end_ && !told_end_)
      tell_end(*end_);
  } else if (!end_ && joined_) {
    end_call(outcome::completed, "agent_lost", q850_code(0));
  }
  if (contact_.is_over() && (agent_ == nullptr || agent_->is_over())) {
    timer_.stop();
    in_.done(request_.id);
  }
}

// What we do about it.

/// Somebody is there: from now on it may ring.
void sip_call::ring_on() {
  if (given_up_)
    return;
  auto left = std::max(in_.settings->ring_timeout - since_start(), milliseconds{});
  timer_.set(left, [this] { give_up_ringing(); });
}

/// Gives up after so many spans without a word. In a process that was halted the stack
/// looks at its clocks before it reads, and maybe before the INVITE has left: a halt,
/// however long, takes one span.
void sip_call::listen_for(milliseconds span, int times) {
  timer_.set(span, [this, span, times] {
    if (times > 1)
      listen_for(span, times - 1);
    else
      give_up_silent();
  });
}

/// Told as the stack would tell it, but before it tries the next of the trunk's
/// addresses: whoever was silent may ring all the same. The stack keeps the CANCEL
/// for when a word comes after all.
void sip_call::give_up_silent() {
  given_up_ = true;
  in_.reached(false);
  contact_.cancel();
  sip_final silence{.status = 408, .by = sip_speaker::our_stack};
  auto verdict = verdict_on(silence);
  take_answer(accepted{});
  tell_end(make_end(verdict.outcome, verdict.cause, provider_code(silence)));
  await_farewell();
}

void sip_call::give_up_ringing() {
  given_up_ = true;
  contact_.cancel();
  await_farewell();
}

/// Says goodbye to both sides. The end is told when the contact's is gone.
void sip_call::end_call(outcome outcome, std::string_view cause, std::string code) {
  if (end_)
    return;
  end_ = make_end(outcome, cause, std::move(code));
  await_farewell();
  if (agent_) {
    agent_->cancel();
    agent_->hang_up();
  }
  contact_.hang_up();
}

void sip_call::await_farewell() {
  timer_.set(in_.settings->farewell, [this] {
    if (!end_ && !told_end_) // no word after our CANCEL
      end_ = make_end(
        asked_to_end_ ? outcome::cancelled : outcome::no_answer,
        asked_to_end_ ? hung_up_cause : std::string_view{},
        "SIP 487 local");
    drop();
  });
}

void sip_call::tell_end(events::call_ended how) {
  if (std::exchange(told_end_, true))
    return;
  in_.book->end(request_.id, how);
  in_.tell(request_.id, std::move(how));
}

void sip_call::take_answer(place_answer it) {
  if (auto answer = std::exchange(answer_, nullptr))
    answer(std::move(it));
}

events::call_ended
sip_call::make_end(outcome outcome, std::string_view cause, std::string code) const {
  events::call_ended it;
  it.outcome = outcome;
  it.cause = cause;
  it.provider_code = std::move(code);
  it.at = in_.now();
  if (answered_at_ != events::instant{})
    it.talk_time_ms = static_cast<std::uint64_t>(
      std::max<std::int64_t>(std::chrono::floor<milliseconds>(it.at - answered_at_).count(), 0));
  return it;
}

sip_leg* sip_call::other(const sip_leg& leg) {
  return &leg == &contact_ ? agent_.get() : &contact_;
}

milliseconds sip_call::since_start() const {
  return std::chrono::floor<milliseconds>(steady::now() - started_at_);
}

} // namespace ringmaster::telephony
