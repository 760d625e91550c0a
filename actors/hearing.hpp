// What becomes of news about a contact's calls, while one is up and after it.
#pragma once

#include "domain/campaign_rows.hpp"
#include "domain/contact.hpp"
#include "store/vault.hpp"
#include "telephony/provider.hpp"

#include <vector>

namespace ringmaster::actors {

/// By which the news are judged.
struct hearing {
  events::instant now;
  const events::campaign_settings* settings = nullptr; // not null
  const store::vault* vault = nullptr;                 // not null
  bool hung_up = false;                                // we have told the carrier to end the call
  bool last_call = false; // the campaign was cancelled: nobody is called again
};

struct heard {
  domain::contact_facts facts;
  std::vector<store::vault::result> results; // the vault must hold them first
};

/// Decides the reports one after the other, each against what the ones before
/// made of the contact. Takes the results out of `news`.
[[nodiscard]] heard
decide_all(domain::contact state, telephony::call_news& news, const hearing& by);

/// The row may have been erased while the call was up: nothing more is kept of it.
void forget_if_erased(
  std::vector<events::call_report>& reports,
  const store::vault& vault,
  const domain::list_row& who);

} // namespace ringmaster::actors
