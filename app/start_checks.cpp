#include "app/start_checks.hpp"

#include "app/providers.hpp"
#include "projections/each_campaign.hpp"

namespace ringmaster::app {

std::optional<std::string>
trouble_with_campaigns(const store::key_value& views, const configuration& with) {
  projections::library library{views};
  auto look = library.look();
  std::optional<std::string> found;
  projections::each_campaign(look, [&](const projections::campaign_view& each) {
    bool calls = each.state.status == domain::campaign_status::running;
    if (found || (!calls && each.progress.in_flight == 0))
      return;
    auto over = look.trunk(each.state.trunk);
    if (auto why = over ? lack_of(over->trunk, with) : std::nullopt)
      found = "campaign " + to_string(each.state.id) + (calls ? " is running" : " has calls up")
              + " over the trunk " + to_string(each.state.trunk) + ": " + *why;
  });
  return found;
}

} // namespace ringmaster::app
