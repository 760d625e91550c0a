// A JSON body. Its first byte says which of them it is to be.
#include "fuzz/promise.hpp"
#include "http/campaign_body.hpp"
#include "http/forecast_body.hpp"
#include "projections/library.hpp"
#include "support/memory_key_value.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace ringmaster;

namespace {

constexpr events::instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

void read_as(std::uint8_t kind, const http::json& body, http::faults& wrong) {
  test::memory_key_value nothing;
  auto look = projections::library{nothing}.look();
  auto settings = http::built_in_defaults();
  if (kind % 4 == 0) {
    (void)http::read_campaign(body, settings, look, now, wrong);
  } else if (kind % 4 == 1) {
    domain::campaign draft;
    draft.settings = settings;
    (void)http::read_changes(body, draft, look, now, wrong);
  } else if (kind % 4 == 2) {
    domain::forecast_question asked{.contacts = 10, .settings = settings, .channels = 1};
    (void)http::read_forecast(body, asked, now, wrong);
  } else {
    http::object_reader reader{body, "", wrong};
    http::read_policy(reader, settings, now, wrong);
    reader.finish();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
  (void)http::read_defaults(text, now);
  auto parsed = http::parse_strictly(text);
  auto* body = std::get_if<http::json>(&parsed);
  if (body == nullptr || !body->is_object()) // which `read_body` refuses
    return 0;
  http::faults wrong;
  read_as(data[0], *body, wrong);
  if (!wrong.any())
    return 0;
  auto told = wrong.as_problem();
  test::promise(told.status == 400 || told.status == 422, "a wrong body is the client's fault");
  test::promise(!told.detail.empty(), "what is wrong is said");
  return 0;
}
