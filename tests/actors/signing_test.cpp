#include "store/signing.hpp"
#include "support/stage.hpp"

using namespace ringmaster;
using namespace std::chrono_literals;
using ringmaster::test::premises;
using ringmaster::test::stage;

namespace {

/// Premises with a key of their own.
struct signing_premises : premises {
  signing_premises() {
    sign_head = [this](const store::journal_head& head) {
      return std::get<store::signing_key>(key).sign(head, "generation");
    };
  }

  std::variant<store::signing_key, std::string> key =
    store::signing_key::load_or_create(home.path() / "key.pem");
};

void add_workflow(stage& on, std::uint64_t number) {
  events::workflow_id id{number};
  on.record(
    stream_of(id),
    events::workflow_created{
      .workflow = id,
      .name = "workflow",
      .agent = "agent",
      .prompt = {},
      .required_variables = {}});
}

std::vector<events::envelope> heads_in(const stage& on) {
  std::vector<events::envelope> found;
  on.journal().read(1, [&](events::envelope&& it) {
    if (std::holds_alternative<events::head_signed>(it.event))
      found.push_back(std::move(it));
    return true;
  });
  return found;
}

} // namespace

TEST_CASE("a minute after something happened the head of the log is signed, and only then") {
  signing_premises at;
  stage on{at};
  on.advance(10min);
  CHECK(heads_in(on).empty());
  add_workflow(on, 1);
  on.advance(30s);
  add_workflow(on, 2);
  on.advance(29s);
  CHECK(heads_in(on).empty());
  on.advance(2s);
  REQUIRE(heads_in(on).size() == 1);
  on.advance(10min);
  CHECK(heads_in(on).size() == 1);
  add_workflow(on, 3);
  on.advance(61s);
  CHECK(heads_in(on).size() == 2);
}

TEST_CASE("a signed head names the event in front of it and can be checked by anybody") {
  signing_premises at;
  stage on{at};
  add_workflow(on, 1);
  add_workflow(on, 2);
  on.advance(61s);
  REQUIRE(heads_in(on).size() == 1);
  auto it = heads_in(on).front();
  const auto& head = std::get<events::head_signed>(it.event);
  CHECK(head.position == it.position - 1);
  CHECK(head.position == 2);
  CHECK(store::is_well_signed(head));
  CHECK(it.stream == events::engine_stream);
}
