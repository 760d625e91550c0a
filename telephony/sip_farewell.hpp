// Ends calls that an earlier process left up. For telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip_book.hpp"
#include "telephony/sip_stack.hpp"

#include <functional>
#include <memory>
#include <unordered_map>

namespace ringmaster::telephony {

/// Sends BYEs in dialogs that the stack does not know: they are in the book alone.
class sip_farewell {
public:
  explicit sip_farewell(nua_t* stack);
  ~sip_farewell();
  sip_farewell(const sip_farewell&) = delete;
  sip_farewell& operator=(const sip_farewell&) = delete;

  /// `done` comes once, with the final status: 200 if the call was up, 481 if it
  /// was over, 408 if nobody answers.
  void hang_up(const sip_dialog& dialog, std::function<void(int status)> done);

private:
  struct bye;

  nua_t* stack_;
  std::unordered_map<bye*, std::unique_ptr<bye>> byes_; // without an answer yet
};

} // namespace ringmaster::telephony
