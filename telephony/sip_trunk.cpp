#include "telephony/sip_trunk.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::attempt_key;
using events::outcome;
using std::chrono::milliseconds;

/// 22 KB each, so a third of a gigabyte.
constexpr std::size_t most_calls = 15'000;

/// What a peer may send in one message.
constexpr unsigned longest_message = 65'536;

/// Of what peers say at once and we have not read yet: some two hundred answers fit
/// into what Linux gives unasked. It gives as much of this as `net.core.rmem_max` has.
constexpr unsigned receive_buffer = 4U << 20;

/// How long a stop waits for the other sides' goodbyes.
constexpr milliseconds longest_close{5'000};

/// The stack gives a request without any answer up after the time that we do,
/// and a little more, so that our word comes first.
constexpr milliseconds after_us{2'000};

/// RFC 3261's Timer F when nobody waits any more.
constexpr unsigned hasty_ms = 1'000;

constexpr events::duration short_rest = std::chrono::seconds{1};

std::string listen_uri(const sip_settings& it) {
  bool tls = it.server.transport == sip_transport::tls;
  bool v6 = it.listen_address.find(':') != std::string::npos;
  auto bound = v6 ? '[' + it.listen_address + ']' : it.listen_address;
  auto port = it.listen_port == 0 ? "*" : std::to_string(it.listen_port);
  std::string uri = tls ? "sips:" : "sip:";
  if (it.public_address.empty())
    return uri + bound + ':' + port;
  return uri + it.public_address + ':' + port + ";maddr=" + bound;
}

/// For agents that are not reached over TLS, beside a trunk that is.
std::string plain_listen_uri(const sip_settings& it) {
  bool v6 = it.listen_address.find(':') != std::string::npos;
  return "sip:" + (v6 ? '[' + it.listen_address + ']' : it.listen_address) + ":*";
}

} // namespace

sip_trunk::sip_trunk(
  surroundings in,
  sip_settings settings,
  sip_credentials credentials,
  std::filesystem::path book,
  clock now,
  news_sink news)
  : in_{std::move(in)}, settings_{std::move(settings)}, news_{std::move(news)},
    book_{std::move(book), now()},
    switch_{
      .stack = nullptr,
      .root = in_.root,
      .settings = &settings_,
      .credentials = std::move(credentials),
      .none = {},
      .book = &book_,
      .now = std::move(now),
      .tell =
        [this](const attempt_key& call, events::call_report it) { tell(call, std::move(it)); },
      .done = [this](const attempt_key& call) { done(call); },
      .reached = [this](bool there) { there ? reach_->heard() : reach_->lost(); }} {}

sip_trunk::~sip_trunk() {
  calls_.clear();
  gone_.clear();
  heartbeat_.reset();
  registration_.reset();
  reach_.reset();
  farewell_.reset();
  if (stack_ != nullptr)
    nua_destroy(stack_);
}

bool sip_trunk::open() {
  bool tls = settings_.server.transport == sip_transport::tls;
  auto ours = listen_uri(settings_);
  auto plain = plain_listen_uri(settings_);
  bool timers = settings_.session_expires.count() > 0;
  auto verify =
    static_cast<unsigned>(settings_.tls_verify ? TPTLS_VERIFY_SUBJECTS_OUT : TPTLS_VERIFY_NONE);
  stack_ = nua_create(
    in_.root,
    hear,
    this,
    NUTAG_URL((tls ? plain : ours).c_str()),
    TAG_IF(tls, NUTAG_SIPS_URL(ours.c_str())),
    TAG_IF(tls, NUTAG_CERTIFICATE_DIR(settings_.tls_directory.c_str())),
    TAG_IF(tls, TPTAG_TLS_VERIFY_POLICY(verify)),
    NUTAG_MEDIA_ENABLE(0),
    NUTAG_AUTOACK(0),
    NUTAG_AUTOANSWER(0),
    NUTAG_AUTOALERT(0),
    // Left to itself the stack would dial again after a 503, and wherever a 302
    // tells it to: nobody decided that.
    NUTAG_MAX_RETRY_AFTER(0),
    NUTAG_AUTO302(0),
    NUTAG_AUTO305(0),
    NUTAG_SESSION_TIMER(static_cast<unsigned>(timers ? settings_.session_expires.count() : 0)),
    NUTAG_MIN_SE(static_cast<unsigned>(settings_.session_least.count())),
    // How long it rings is for us to say.
    NUTAG_INVITE_TIMER(0),
    NUTAG_OUTBOUND("no-validate no-natify no-options-keepalive"),
    NUTAG_ALLOW("INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE"),
    NUTAG_USER_AGENT("Ringmaster"),
    NTATAG_PASS_100(1),
    NTATAG_MAXSIZE(longest_message),
    TPTAG_UDP_RMEM(receive_buffer),
    NTATAG_SIP_T1X64(static_cast<unsigned>((settings_.silence + after_us).count())),
    TAG_END());
  if (stack_ == nullptr)
    return false;
  switch_.stack = stack_;
  heartbeat_.emplace(stack_, in_.root, settings_);
  registration_.emplace(stack_, in_.root, settings_, switch_.credentials);
  reach_.emplace(in_.root, settings_);
  farewell_.emplace(stack_);
  closing_timer_.emplace(in_.root);
  registration_->ask();
  heartbeat_->ask();
  return true;
}

void sip_trunk::hear(
  nua_event_t what,
  int status,
  const char* phrase,
  nua_t*,
  nua_magic_t* trunk,
  nua_handle_t* handle,
  sip_party* party,
  const sip_t* message,
  tagi_t*) {
  auto& self = *static_cast<sip_trunk*>(trunk);
  if (what == nua_r_shutdown) {
    if (status >= 200)
      self.in_.closed();
  } else if (party != nullptr) {
    party->hear({what, status, phrase, message});
  } else if (handle != nullptr) {
    self.hear_stranger(what, handle);
  }
}

/// Nobody calls us; and what belongs to calls that are gone says nothing more.
void sip_trunk::hear_stranger(nua_event_t what, nua_handle_t* handle) {
  if (what == nua_i_invite)
    nua_respond(handle, SIP_403_FORBIDDEN, TAG_END());
  if (what == nua_i_invite || what == nua_i_options)
    nua_handle_destroy(handle);
}

void sip_trunk::place(call_request request, std::function<void(place_answer)> answer) {
  if (auto why = objection(request))
    return answer(std::move(*why));
  if (reach_->is_certain())
    return place_now(std::move(request), std::move(answer));
  waiting_.push_back({std::move(request), std::move(answer)});
  if (waiting_.size() == 1)
    knock();
}

void sip_trunk::knock() {
  auto told = [this](const std::optional<not_now>& trouble) {
    if (!trouble)
      reach_->heard();
    place_waiting(trouble);
  };
  if (heartbeat_->is_on())
    heartbeat_->knock(std::move(told));
  else
    reach_->knock(std::move(told));
}

void sip_trunk::place_waiting(const std::optional<not_now>& trouble) {
  for (auto& it : std::exchange(waiting_, {})) {
    if (trouble)
      it.answer(*trouble);
    else if (auto why = objection(it.request)) // which is new
      it.answer(std::move(*why));
    else
      place_now(std::move(it.request), std::move(it.answer));
  }
}

void sip_trunk::place_now(call_request request, std::function<void(place_answer)> answer) {
  auto id = request.id;
  if (!book_.place(id, switch_.now()))
    return answer(not_now{"the trunk's book of calls can't be written", short_rest});
  auto call = std::make_unique<sip_call>(switch_, std::move(request), std::move(answer));
  auto& it = *calls_.emplace(id, std::move(call)).first->second;
  it.start();
}

std::optional<place_answer> sip_trunk::objection(const call_request& request) const {
  if (closing_)
    return not_now{"the trunk is being closed", short_rest};
  if (auto why = registration_->trouble())
    return *why;
  if (auto why = heartbeat_->trouble())
    return *why;
  if (calls_.size() + waiting_.size() >= most_calls)
    return not_now{"the trunk has as many calls as it can hold", short_rest};
  if (is_misspelt_agent(request.agent))
    return refused{"bad_agent", {}};
  if (calls_.contains(request.id) || book_.find(request.id) != nullptr)
    return unclear{"it was placed before"};
  return std::nullopt;
}

void sip_trunk::hang_up(const call_handle& call) {
  if (auto found = calls_.find(call.id); found != calls_.end())
    return found->second->hang_up();
  auto waiting = std::ranges::find(waiting_, call.id, [](const auto& it) { return it.request.id; });
  if (waiting != waiting_.end()) {
    auto answer = std::move(waiting->answer);
    waiting_.erase(waiting);
    return answer(not_now{"it was hung up before it was placed", {}});
  }
  end_orphan(call); // whose end a look-up tells
}

void sip_trunk::look_up(const call_handle& call, std::function<void(look_up_answer)> answer) {
  if (auto found = calls_.find(call.id); found != calls_.end() && !found->second->has_ended())
    return answer(still_up{});
  end_orphan(call);
  if (auto waiting = orphans_.find(call.id); waiting != orphans_.end())
    return waiting->second.push_back(std::move(answer));
  answer(recall(call));
}

/// Without a call of ours. That it was never placed is certain only where a crash
/// of the machine can't have taken the book's last lines: so time must pass.
look_up_answer sip_trunk::recall(const call_handle& call) const {
  const auto* found = book_.find(call.id);
  if (found != nullptr && found->end)
    return *found->end;
  if (switch_.now() < call.dialed_at + settings_.ring_timeout + settings_.farewell)
    return unclear{"it was placed by an earlier process and may ring"};
  if (found == nullptr)
    return never_heard_of{};
  events::call_ended end;
  end.cause = "lost_in_restart";
  end.at = switch_.now();
  return end;
}

/// BYE to both sides of a call that was answered before a crash. A call that only
/// rang then can't be cancelled any more, and is waited for.
void sip_trunk::end_orphan(const call_handle& call) {
  const auto* found = book_.find(call.id);
  bool is_orphan = found != nullptr && found->contact && !found->end && !calls_.contains(call.id);
  if (!is_orphan || orphans_.contains(call.id))
    return;
  orphans_.emplace(call.id, std::vector<asker>{});
  if (found->agent)
    farewell_->hang_up(show_number(*found->agent, call.to), [](int) {});
  farewell_->hang_up(show_number(*found->contact, call.to), [this, id = call.id](int status) {
    orphan_ended(id, status);
  });
}

void sip_trunk::orphan_ended(const attempt_key& call, int status) {
  events::call_ended end;
  const auto* found = book_.find(call);
  end.at = switch_.now();
  bool joined = found != nullptr && found->agent;
  end.outcome = joined ? outcome::completed : outcome::abandoned;
  end.cause = "ended_by_restart";
  end.provider_code = "SIP BYE " + std::to_string(status);
  // Whoever had hung up before us did so at an hour that nobody wrote down.
  if (found != nullptr && status < 300)
    end.talk_time_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(
      std::chrono::floor<milliseconds>(end.at - found->answered_at).count(), 0));
  book_.end(call, end);
  auto waiting = orphans_.extract(call);
  for (auto& answer : waiting.mapped())
    answer(end);
}

void sip_trunk::tell(const attempt_key& call, events::call_report what) {
  if (closing_)
    return; // the engine is gone, and will ask when it is back
  bool ended = std::holds_alternative<events::call_ended>(what);
  call_news news{call, {std::move(what)}};
  if (ended)
    news.receipt = std::make_shared<news_receipt>([post = in_.post, this, call](bool recorded) {
      if (recorded)
        (void)post([this, call] { book_.forget(call); });
    });
  news_(std::move(news));
}

/// The stack may be in the middle of telling the call something.
void sip_trunk::done(const attempt_key& call) {
  auto found = calls_.extract(call);
  if (found.empty())
    return;
  gone_.push_back(std::move(found.mapped()));
  if (!clearing_)
    clearing_ = in_.post([this] { // if not, with the next that goes, or with us
      gone_.clear();
      clearing_ = false;
      shut_down_if_over();
    });
  shut_down_if_over();
}

void sip_trunk::close() {
  closing_ = true;
  heartbeat_->stop();
  registration_->stop();
  reach_->stop();
  place_waiting(not_now{"the trunk is being closed", short_rest});
  for (auto& [call, askers] : orphans_)
    for (auto& answer : std::exchange(askers, {}))
      answer(unclear{"the trunk is being closed"});
  if (calls_.empty())
    return shut_down_if_over();
  std::vector<attempt_key> all;
  for (const auto& [call, it] : calls_)
    all.push_back(call);
  for (const auto& call : all)
    if (auto found = calls_.find(call); found != calls_.end())
      found->second->hang_up();
  closing_timer_->set(std::min(settings_.farewell, longest_close), [this] {
    while (!calls_.empty())
      calls_.begin()->second->drop();
  });
}

/// The stack lets go of no handle once it shuts down, but waits half a minute for those
/// that are left.
void sip_trunk::shut_down_if_over() {
  bool over = closing_ && calls_.empty() && !clearing_;
  if (!over || std::exchange(shutting_down_, true))
    return;
  closing_timer_->stop();
  // What is still open, the withdrawal of a registration say, has a second.
  nua_set_params(stack_, NTATAG_SIP_T1X64(hasty_ms), TAG_END());
  nua_shutdown(stack_);
}

} // namespace ringmaster::telephony
