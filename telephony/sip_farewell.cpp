#include "telephony/sip_farewell.hpp"

#include <string>
#include <utility>

namespace ringmaster::telephony {

namespace {

/// The earlier process may have asked for more in the dialog than the INVITE
/// that the book knows of: credentials, session timers. RFC 3261 wants a higher
/// number, and does not mind a gap.
constexpr std::uint32_t beyond_all_requests = 1'000;

std::string joined(const std::vector<std::string>& routes) {
  std::string all;
  for (const auto& it : routes)
    all.append(all.empty() ? "" : ", ").append(it);
  return all;
}

} // namespace

struct sip_farewell::bye final : sip_party {
  sip_farewell* of = nullptr;
  std::function<void(int)> done;
  nua_handle_t* handle = nullptr;

  ~bye() override { let_go(handle); }

  void hear(const sip_event& it) override {
    if (it.what != nua_r_method || it.status < 200)
      return;
    auto mine = of->byes_.extract(this); // and goes at the end of this
    done(it.status);
  }
};

sip_farewell::sip_farewell(nua_t* stack) : stack_{stack} {}

sip_farewell::~sip_farewell() = default;

void sip_farewell::hang_up(const sip_dialog& dialog, std::function<void(int)> done) {
  auto made = std::make_unique<bye>();
  auto& it = *made;
  it.of = this;
  it.done = std::move(done);
  it.handle = nua_handle(stack_, &it, TAG_END());
  byes_.emplace(&it, std::move(made));
  auto cseq = std::to_string(dialog.cseq + beyond_all_requests) + " BYE";
  auto route = joined(dialog.routes);
  nua_method(
    it.handle,
    NUTAG_METHOD("BYE"),
    NUTAG_URL(dialog.target.c_str()),
    SIPTAG_FROM_STR(dialog.local.c_str()),
    SIPTAG_TO_STR(dialog.remote.c_str()),
    SIPTAG_CALL_ID_STR(dialog.call_id.c_str()),
    SIPTAG_CSEQ_STR(cseq.c_str()),
    TAG_IF(!route.empty(), SIPTAG_ROUTE_STR(route.c_str())),
    SIPTAG_REASON_STR("Q.850;cause=16"),
    TAG_END());
}

} // namespace ringmaster::telephony
