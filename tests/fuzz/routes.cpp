// The body of any request that takes one. Its first byte says which, from 'a' on.
#include "fuzz/promise.hpp"
#include "http/api/desk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

using namespace ringmaster;

namespace {

struct asked {
  const char* method;
  const char* target; // with {campaign}, {trunk}, {webhook} and {run}
  const char* type = "application/json";
};

constexpr std::array routes{
  asked{"POST", "/v1/workflows"},
  asked{"POST", "/v1/trunks"},
  asked{"POST", "/v1/keys"},
  asked{"POST", "/v1/campaigns"},
  asked{"PATCH", "/v1/campaigns/{campaign}"},
  asked{"POST", "/v1/campaigns/{campaign}/clone"},
  asked{"POST", "/v1/campaigns/{campaign}/redial"},
  asked{"POST", "/v1/campaigns/{campaign}/start"},
  asked{"POST", "/v1/campaigns/{campaign}/pause"},
  asked{"POST", "/v1/campaigns/{campaign}/cancel"},
  asked{"POST", "/v1/campaigns/{campaign}/contacts"},
  asked{"POST", "/v1/campaigns/{campaign}/contacts", "text/csv"},
  asked{"POST", "/v1/campaigns/{campaign}/contacts/1/cancel"},
  asked{"POST", "/v1/campaigns/{campaign}/contacts/1/first"},
  asked{"POST", "/v1/campaigns/{campaign}/contacts/1/call-at"},
  asked{"POST", "/v1/campaigns/{campaign}/cancel-waiting"},
  asked{"POST", "/v1/campaigns/{campaign}/forecast"},
  asked{"POST", "/v1/forecasts"},
  asked{"POST", "/v1/erasures"},
  asked{"PATCH", "/v1/trunks/{trunk}"},
  asked{"POST", "/v1/webhooks"},
  asked{"PATCH", "/v1/webhooks/{webhook}"},
  asked{"POST", "/v1/webhooks/{webhook}/replay"},
  asked{"POST", "/v1/runs/{run}/result"}};

/// Something of everything that a route can be about.
class furnished {
public:
  test::desk desk;

  [[nodiscard]] std::string with_ids(std::string_view target) const {
    std::string result{target};
    for (const auto& [name, id] : ids_)
      if (auto at = result.find(name); at != std::string::npos)
        result.replace(at, name.size(), id);
    return result;
  }
  [[nodiscard]] bool is_full() const { return desk.recorded() > first_ + events_until_a_new_one; }

private:
  static constexpr std::uint64_t events_until_a_new_one = 200;

  std::string made(const char* where, const char* body) {
    return desk.post(where, body).body.at("id").get<std::string>();
  }
  /// A campaign with a call that is up.
  std::string calling() {
    auto id = desk.draft();
    desk.post("/v1/campaigns/" + id + "/start");
    events::contact_dialed dialed;
    dialed.attempt = 1;
    dialed.at = desk.now;
    desk.happen({test::id_of<events::campaign_id>(id), 1}, dialed);
    return id;
  }

  const std::string busy_ = calling();
  const std::map<std::string, std::string> ids_{
    {"{campaign}", desk.draft()},
    {"{run}", busy_ + ".1.1"},
    {"{trunk}",
     made(
       "/v1/trunks",
       R"({"name": "Spare", "provider": "simulated", "caller_ids": ["+14155550199"], "channels": 5})")},
    {"{webhook}", made("/v1/webhooks", R"({"url": "https://hooks.example/ringmaster"})")}};
  const std::uint64_t first_ = desk.recorded();
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto home = std::make_unique<furnished>();
  if (size == 0)
    return 0;
  if (home->is_full())
    home = std::make_unique<furnished>();
  const auto& what = routes[static_cast<std::uint8_t>(data[0] - 'a') % routes.size()];
  auto request = test::desk::request(what.method, home->with_ids(what.target));
  request.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  request.headers["content-type"] = what.type;
  auto answer = home->desk.ask(std::move(request));
  test::promise(answer.status >= 200, "every request is answered, once");
  test::promise(answer.status < 500, "a wrong body is the client's fault");
  test::promise(answer.body.is_object(), "every answer is an object");
  if (answer.status >= 400)
    test::promise(
      answer.body.contains("type") && answer.body.contains("detail"), "what is wrong is said");
  return 0;
}
