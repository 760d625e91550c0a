// The body of any request that takes one. Its first byte says which, from 'a' on.
#include "fuzz/promise.hpp"
#include "http/api/desk.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using namespace ringmaster;

namespace {

struct asked {
  const char* method;
  const char* target; // % is the campaign
  const char* type = "application/json";
};

constexpr std::array routes{
  asked{"POST", "/v1/workflows"},
  asked{"POST", "/v1/trunks"},
  asked{"POST", "/v1/keys"},
  asked{"POST", "/v1/campaigns"},
  asked{"PATCH", "/v1/campaigns/%"},
  asked{"POST", "/v1/campaigns/%/clone"},
  asked{"POST", "/v1/campaigns/%/redial"},
  asked{"POST", "/v1/campaigns/%/start"},
  asked{"POST", "/v1/campaigns/%/pause"},
  asked{"POST", "/v1/campaigns/%/cancel"},
  asked{"POST", "/v1/campaigns/%/contacts"},
  asked{"POST", "/v1/campaigns/%/contacts", "text/csv"},
  asked{"POST", "/v1/campaigns/%/contacts/1/cancel"},
  asked{"POST", "/v1/campaigns/%/contacts/1/first"},
  asked{"POST", "/v1/campaigns/%/contacts/1/call-at"},
  asked{"POST", "/v1/campaigns/%/cancel-waiting"},
  asked{"POST", "/v1/campaigns/%/forecast"},
  asked{"POST", "/v1/forecasts"},
  asked{"POST", "/v1/erasures"}};

/// Its ids are always the same, so that a corpus can name them.
class desk_with_a_draft {
public:
  test::desk& fresh() {
    if (!desk_ || desk_->recorded() > first_ + events_until_a_new_one) {
      desk_ = std::make_unique<test::desk>();
      campaign_ = desk_->draft();
      first_ = desk_->recorded();
    }
    return *desk_;
  }

  [[nodiscard]] std::string with_id(std::string_view target) const {
    std::string result;
    for (char it : target)
      it == '%' ? result += campaign_ : result += it;
    return result;
  }

private:
  static constexpr std::uint64_t events_until_a_new_one = 200;
  std::unique_ptr<test::desk> desk_;
  std::string campaign_;
  std::uint64_t first_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static desk_with_a_draft home;
  if (size == 0)
    return 0;
  const auto& what = routes[static_cast<std::uint8_t>(data[0] - 'a') % routes.size()];
  auto& desk = home.fresh();
  auto request = test::desk::request(what.method, home.with_id(what.target));
  request.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  request.headers["content-type"] = what.type;
  auto answer = desk.ask(std::move(request));
  test::promise(answer.status >= 200, "every request is answered, once");
  test::promise(answer.status < 500, "a wrong body is the client's fault");
  test::promise(answer.body.is_object(), "every answer is an object");
  if (answer.status >= 400)
    test::promise(
      answer.body.contains("type") && answer.body.contains("detail"), "what is wrong is said");
  return 0;
}
