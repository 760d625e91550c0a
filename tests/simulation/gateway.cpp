#include "simulation/gateway.hpp"

#include "app/engine_services.hpp"
#include "app/intake.hpp"
#include "http/campaign_body.hpp"

#include <utility>

namespace ringmaster::simulation {

http::services make_gateway(const gateway_parts& of) {
  http::services to;
  to.now = of.now;
  to.new_id = of.new_id;
  to.views = &of.door.library();
  to.generation = of.journal.generation();
  to.campaign_defaults = http::built_in_defaults();
  to.later = [later = of.later](std::function<void()> what) {
    later(std::move(what));
    return true;
  };
  app::wire_commands(to, of.door);
  app::wire_feed(to, of.door, of.journal);
  app::wire_vault(to, of.vault);
  to.begin_upload = [&vault = of.vault, &door = of.door, new_id = of.new_id](
                      http::upload::options how, http::origin by) {
    return app::begin_intake(vault, door, {new_id()}, std::move(how), std::move(by));
  };
  to.log = [](http::severity, const std::string&, std::uint64_t) {};
  return to;
}

} // namespace ringmaster::simulation
