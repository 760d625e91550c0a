#include "telephony/sip_leg.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

namespace {

constexpr std::size_t longest_sdp = 16'384;
constexpr std::size_t longest_phrase = 64;
constexpr const char* sdp_type = "application/sdp";

/// Empty: none, or none that we would pass on.
std::string sdp_of(const sip_t* message) {
  if (message == nullptr || message->sip_payload == nullptr)
    return {};
  const auto* type = message->sip_content_type;
  if (type == nullptr || type->c_type == nullptr || !su_casematch(type->c_type, sdp_type))
    return {};
  const auto* payload = message->sip_payload;
  if (payload->pl_data == nullptr || payload->pl_len > longest_sdp)
    return {};
  return {payload->pl_data, payload->pl_len};
}

std::uint16_t q850_of(const sip_t* message) {
  constexpr int most_reasons = 8;
  const auto* reason = message == nullptr ? nullptr : message->sip_reason;
  for (int i = 0; reason != nullptr && i < most_reasons; reason = reason->re_next, ++i)
    if (auto cause = q850_cause(text_of(reinterpret_cast<const sip_header_t*>(reason))))
      return cause;
  return 0;
}

std::optional<std::chrono::seconds> retry_after_of(const sip_t* message) {
  if (message == nullptr || message->sip_retry_after == nullptr)
    return std::nullopt;
  constexpr sip_time_t day = 86'400; // whatever is longer is nonsense
  return std::chrono::seconds{std::min(message->sip_retry_after->af_delta, day)};
}

std::string quoted_realm(const msg_auth_t* challenge, const sip_credentials& with) {
  constexpr std::size_t longest_realm = 256;
  const char* found = msg_header_find_param(challenge->au_common, "realm=");
  std::string realm = found == nullptr ? "" : found;
  if (realm.size() < 2 || realm.size() > longest_realm || realm.front() != '"')
    return {};
  if (!with.realm.empty() && realm != '"' + with.realm + '"')
    return {};
  return realm;
}

} // namespace

std::string answer_to_challenge(const sip_t& response, const sip_credentials& with) {
  if (with.username.empty())
    return {};
  for (const auto* challenge : {response.sip_www_authenticate, response.sip_proxy_authenticate}) {
    constexpr int most_challenges = 8;
    for (int i = 0; challenge != nullptr && i < most_challenges;
         challenge = challenge->au_next, ++i) {
      if (challenge->au_scheme == nullptr || !su_casematch(challenge->au_scheme, "Digest"))
        continue;
      if (auto realm = quoted_realm(challenge, with); !realm.empty())
        return "Digest:" + realm + ':' + with.username + ':' + with.password;
    }
  }
  return {};
}

sip_leg::sip_leg(owner& of, nua_t* stack, const sip_credentials& credentials)
  : owner_{of}, stack_{stack}, credentials_{credentials} {}

sip_leg::~sip_leg() {
  let_go(handle_);
}

void sip_leg::invite(const sip_invitation& it) {
  handle_ = nua_handle(stack_, this, SIPTAG_TO_STR(it.to.c_str()), TAG_END());
  offers_ = !it.sdp.empty();
  nua_invite(
    handle_,
    NUTAG_URL(it.target.c_str()),
    SIPTAG_FROM_STR(it.from.c_str()),
    SIPTAG_CALL_ID_STR(it.call_id.c_str()),
    TAG_IF(!it.route.empty(), NUTAG_INITIAL_ROUTE_STR(it.route.c_str())),
    TAG_IF(!it.headers.empty(), SIPTAG_HEADER_STR(it.headers.c_str())),
    TAG_IF(offers_, SIPTAG_CONTENT_TYPE_STR(sdp_type)),
    TAG_IF(offers_, SIPTAG_PAYLOAD_STR(it.sdp.c_str())),
    TAG_END());
}

void sip_leg::acknowledge(const std::string& sdp) {
  if (!std::exchange(unacknowledged_, false) || over_)
    return;
  nua_ack(
    handle_,
    TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR(sdp_type)),
    TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())),
    TAG_END());
}

void sip_leg::reoffer(const std::string& sdp) {
  reoffering_ = true;
  nua_invite(
    handle_, SIPTAG_CONTENT_TYPE_STR(sdp_type), SIPTAG_PAYLOAD_STR(sdp.c_str()), TAG_END());
}

void sip_leg::settle_offer(int status, const std::string& sdp) {
  if (over_)
    return;
  if (unacknowledged_)
    return acknowledge(sdp);
  nua_respond(
    handle_,
    status,
    sip_status_phrase(status),
    TAG_IF(!sdp.empty(), SIPTAG_CONTENT_TYPE_STR(sdp_type)),
    TAG_IF(!sdp.empty(), SIPTAG_PAYLOAD_STR(sdp.c_str())),
    TAG_END());
}

void sip_leg::cancel() {
  if (over_ || settled_ || std::exchange(cancelled_, true))
    return;
  nua_cancel(handle_, TAG_END());
}

void sip_leg::hang_up() {
  if (over_ || !std::exchange(up_, false))
    return;
  acknowledge({}); // no BYE before the ACK
  nua_bye(handle_, SIPTAG_REASON_STR("Q.850;cause=16"), TAG_END());
}

void sip_leg::hear(const sip_event& it) {
  if (over_)
    return;
  switch (it.what) {
  case nua_r_invite: return hear_response(it);
  case nua_i_invite: return hear_offer(it);
  case nua_i_bye: up_ = false; return owner_.hung_up(*this, q850_of(it.message));
  case nua_r_bye:
    if (it.status >= 200 && !authenticate(it))
      end();
    return;
  case nua_i_terminated: return end();
  default: return;
  }
}

void sip_leg::hear_response(const sip_event& it) {
  if (it.status < 200) {
    if (!settled_ && !is_own_word(it))
      owner_.progressed(*this, it.status);
  } else if (it.status < 300 && it.message != nullptr) {
    hear_answer(*it.message);
  } else if (!authenticate(it)) {
    hear_refusal(it);
  }
}

void sip_leg::hear_answer(const sip_t& it) {
  auto sdp = sdp_of(&it);
  unacknowledged_ = true;
  if (!std::exchange(settled_, true)) {
    up_ = true;
    sdp_ = std::move(sdp);
    keep_dialog(it);
    return owner_.answered(*this);
  }
  bool reoffered = std::exchange(reoffering_, false);
  if (!reoffered && !offers_) // the stack refreshed the session, again without an offer
    return take_offer(std::move(sdp));
  acknowledge({});
  if (reoffered)
    owner_.answered_offer(*this, sdp);
}

void sip_leg::take_offer(std::string sdp) {
  bool is_new = !sdp.empty() && sdp != sdp_;
  if (is_new)
    sdp_ = sdp;
  owner_.offered(*this, sdp, is_new);
}

/// True: the request is sent again, with credentials.
bool sip_leg::authenticate(const sip_event& it) {
  if ((it.status != 401 && it.status != 407) || it.message == nullptr || is_own_word(it))
    return false;
  auto answer = answer_to_challenge(*it.message, credentials_);
  if (answer.empty() || (std::exchange(challenged_, true) && !settled_))
    return false;
  nua_authenticate(handle_, NUTAG_AUTH(answer.c_str()), TAG_END());
  return true;
}

void sip_leg::hear_refusal(const sip_event& it) {
  if (settled_) { // of a new offer inside the dialog, which stands
    if (std::exchange(reoffering_, false))
      owner_.answered_offer(*this, {});
    return;
  }
  settled_ = true;
  sip_final how{
    .status = static_cast<std::uint16_t>(std::clamp(it.status, 300, 999)),
    .by = is_own_word(it) ? sip_speaker::our_stack : sip_speaker::peer,
    .phrase = std::string{it.phrase == nullptr ? "" : it.phrase}.substr(0, longest_phrase),
    .q850 = q850_of(it.message),
    .we_cancelled = cancelled_,
    .retry_after = retry_after_of(it.message)};
  owner_.refused(*this, how);
  end(); // with a 401 or 407 the stack would wait for credentials for ever
}

void sip_leg::hear_offer(const sip_event& it) {
  if (!settled_ || !up_)
    return settle_offer(488, {});
  take_offer(sdp_of(it.message));
}

void sip_leg::keep_dialog(const sip_t& it) {
  if (it.sip_call_id == nullptr || it.sip_from == nullptr || it.sip_to == nullptr)
    return;
  dialog_.call_id = it.sip_call_id->i_id == nullptr ? "" : it.sip_call_id->i_id;
  dialog_.local = text_of(reinterpret_cast<const sip_header_t*>(it.sip_from));
  dialog_.remote = text_of(reinterpret_cast<const sip_header_t*>(it.sip_to));
  dialog_.cseq = it.sip_cseq == nullptr ? 0 : it.sip_cseq->cs_seq;
  if (it.sip_contact != nullptr) {
    su_home_t home[1] = {SU_HOME_INIT(home)};
    const char* target = url_as_string(home, it.sip_contact->m_url);
    dialog_.target = target == nullptr ? "" : target;
    su_home_deinit(home);
  }
  // The route is the record of the way back, read backwards.
  const auto* record = it.sip_record_route;
  for (std::size_t i = 0; record != nullptr && i <= most_dialog_routes;
       record = record->r_next, ++i)
    dialog_.routes.insert(
      dialog_.routes.begin(), text_of(reinterpret_cast<const sip_header_t*>(record)));
}

void sip_leg::end() {
  if (std::exchange(over_, true))
    return;
  up_ = false;
  owner_.over(*this);
}

} // namespace ringmaster::telephony
