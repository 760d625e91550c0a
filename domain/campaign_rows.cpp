#include "domain/campaign_rows.hpp"

namespace ringmaster::domain {

std::vector<list_span> lists_of(const campaign& campaign) {
  std::uint32_t added = 0;
  for (const auto& it : campaign.added)
    added += it.contacts;
  std::vector<list_span> spans{{campaign.list, 1, campaign.contacts - added}};
  for (const auto& it : campaign.added)
    spans.push_back({it.list, spans.back().first + spans.back().rows, it.contacts});
  return spans;
}

std::vector<list_span> calling_order(const campaign& campaign) {
  auto spans = lists_of(campaign);
  std::vector<list_span> order{spans.front()};
  for (std::size_t i = 0; i < campaign.added.size(); ++i)
    order.insert(campaign.added[i].next ? order.begin() : order.end(), spans[i + 1]);
  return order;
}

list_row place_of(const campaign& campaign, std::uint32_t row) {
  auto last = campaign.contacts;
  for (auto it = campaign.added.rbegin(); it != campaign.added.rend(); ++it) {
    auto before = last - it->contacts;
    if (row > before)
      return {it->list, row - before};
    last = before;
  }
  return {campaign.list, row};
}

} // namespace ringmaster::domain
