#include "telephony/sip_reach.hpp"

#include <sofia-sip/nta_tport.h>
#include <sofia-sip/tport.h>

#include <algorithm>
#include <utility>

namespace ringmaster::telephony {

namespace {

using std::chrono::milliseconds;

/// The stack tells nobody that a connection stands.
constexpr milliseconds between_looks{10};
/// While only the answer is waited for, so as not to hang up on whoever writes it.
constexpr milliseconds while_told{200};

/// Where the connection comes from. Whoever connects to it in its short life is
/// refused by the stack.
std::string own_uri(const sip_settings& it) {
  bool v6 = it.listen_address.find(':') != std::string::npos;
  auto host = v6 ? '[' + it.listen_address + ']' : it.listen_address;
  bool tls = it.server.transport == sip_transport::tls;
  return tls ? "sips:" + host + ":*" : "sip:" + host + ":*;transport=tcp";
}

const url_string_t* url_of(const std::string& text) {
  return reinterpret_cast<const url_string_t*>(text.c_str());
}

} // namespace

sip_reach::sip_reach(su_root_t* root, const sip_settings& settings)
  : root_{root}, settings_{settings}, timer_{root} {}

sip_reach::~sip_reach() {
  close();
}

bool sip_reach::is_certain() const {
  return settings_.server.transport == sip_transport::udp || steady::now() < certain_until_;
}

void sip_reach::knock(std::function<void(const std::optional<not_now>&)> told) {
  close();
  told_ = std::move(told);
  ends_at_ = steady::now() + std::min(knock_patience, settings_.silence);
  if (!open())
    why_ = "nothing to connect from";
  look();
}

void sip_reach::stop() {
  told_ = nullptr;
  close();
}

bool sip_reach::open() {
  bool tls = settings_.server.transport == sip_transport::tls;
  auto verify =
    static_cast<unsigned>(settings_.tls_verify ? TPTLS_VERIFY_SUBJECTS_OUT : TPTLS_VERIFY_NONE);
  agent_ = nta_agent_create(
    root_,
    url_of(own_uri(settings_)),
    nullptr,
    nullptr,
    TPTAG_SDWN_ERROR(1), // a certificate that is not good enough
    TAG_IF(tls, TPTAG_CERTIFICATE(settings_.tls_directory.c_str())),
    TAG_IF(tls, TPTAG_TLS_VERIFY_POLICY(verify)),
    TAG_END());
  if (agent_ == nullptr)
    return false;
  auto server = to_string(settings_.server);
  auto whom = '<' + server + '>';
  leg_ = nta_leg_tcreate(
    agent_,
    nullptr,
    nullptr,
    NTATAG_NO_DIALOG(1),
    SIPTAG_FROM_STR(whom.c_str()),
    SIPTAG_TO_STR(whom.c_str()),
    TAG_END());
  if (leg_ == nullptr)
    return false;
  nta_leg_tag(leg_, nullptr);
  request_ = nta_outgoing_tcreate(
    leg_,
    hear,
    reinterpret_cast<nta_outgoing_magic_t*>(this),
    nullptr,
    SIP_METHOD_OPTIONS,
    url_of(server),
    SIPTAG_USER_AGENT_STR("Ringmaster"),
    TAG_END());
  return request_ != nullptr;
}

void sip_reach::close() {
  timer_.stop();
  if (request_ != nullptr)
    nta_outgoing_destroy(std::exchange(request_, nullptr));
  if (leg_ != nullptr)
    nta_leg_destroy(std::exchange(leg_, nullptr));
  if (agent_ != nullptr)
    nta_agent_destroy(std::exchange(agent_, nullptr));
  answered_ = false;
  why_.clear();
}

int sip_reach::hear(nta_outgoing_magic_t* self, nta_outgoing_t* request, const sip_t* message) {
  auto& it = *reinterpret_cast<sip_reach*>(self);
  auto status = nta_outgoing_status(request);
  if (!is_own_word({nua_r_options, status, nullptr, message}))
    it.answered_ = true;
  else if (status >= 300)
    it.why_ = "SIP " + std::to_string(status) + " local";
  return 0; // what follows from it is done outside of the stack's call
}

void sip_reach::look() {
  // Once told it proves nothing more: a call may have lost its own connection since.
  if (told_ && (answered_ || is_connected()))
    tell(std::nullopt);
  bool over = answered_ || !why_.empty() || steady::now() >= ends_at_;
  if (!over)
    return timer_.set(told_ ? between_looks : while_told, [this] { look(); });
  auto why = why_.empty() ? "no connection" : why_;
  close();
  tell(not_now{"the trunk can't be reached: " + why, unreachable_rest});
}

void sip_reach::tell(const std::optional<not_now>& what) {
  if (auto told = std::exchange(told_, nullptr))
    told(what);
}

bool sip_reach::is_connected() const {
  if (agent_ == nullptr)
    return false;
  for (auto* ours = tport_primaries(nta_agent_tports(agent_)); ours; ours = tport_next(ours))
    for (auto* theirs = tport_secondary(ours); theirs; theirs = tport_next(theirs))
      if (tport_is_connected(theirs))
        return true;
  return false;
}

} // namespace ringmaster::telephony
