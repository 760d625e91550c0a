#include "telephony/simulated_result.hpp"

#include <array>
#include <charconv>
#include <span>

namespace ringmaster::telephony {

namespace {

struct turn {
  std::string_view role;
  std::string_view text; // `@` stands for the contact's name, with a blank before it
};

struct conversation {
  std::span<const turn> turns;
  std::string_view gathered; // further fields of the gathered context
};

constexpr turn agreed[] = {
  {"agent", "Hello@, this is a call about your appointment. Is this a good time?"},
  {"contact", "Yes, go ahead."},
  {"agent", "Would Thursday at ten suit you?"},
  {"contact", "Thursday at ten is fine."},
  {"agent", "Thank you@, we look forward to seeing you. Goodbye."},
};
constexpr turn declined[] = {
  {"agent", "Hello@, do you have a minute for a short question?"},
  {"contact", "Not really, and I would rather not be asked again."},
  {"agent", "I understand@. I am sorry to have disturbed you. Goodbye."},
};
constexpr turn postponed[] = {
  {"agent", "Hello@, do you have a minute for a short question?"},
  {"contact", "I am on the road, could you call tomorrow?"},
  {"agent", "Of course@. Until tomorrow, then."},
};
constexpr turn left_message[] = {
  {"contact", "You have reached my voicemail. Please leave a message after the tone."},
  {"agent", "Hello@, we tried to reach you and will call again. Goodbye."},
};

constexpr conversation with_people[] = {
  {agreed, R"("interested":true,"callback_requested":false)"},
  {declined, R"("interested":false,"callback_requested":false)"},
  {postponed, R"("interested":true,"callback_requested":true)"},
};
constexpr conversation with_machine{left_message, R"("message_left":true)"};

/// Longer ones are not names, and would make every transcript as long.
constexpr std::size_t longest_name = 100;

void append_escaped(std::string& to, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (char letter : text) {
    auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      to += '\\';
      to += letter;
    } else if (code < 0x20) {
      to += "\\u00";
      to += hex[code >> 4];
      to += hex[code & 15];
    } else {
      to += letter;
    }
  }
}

void append_text(std::string& to, std::string_view text, std::string_view name) {
  auto place = text.find('@');
  to += text.substr(0, place);
  if (place == std::string_view::npos)
    return;
  if (!name.empty()) {
    to += ' ';
    append_escaped(to, name);
  }
  to += text.substr(place + 1);
}

void append_number(std::string& to, std::uint64_t number) {
  std::array<char, 20> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

/// The turns spread evenly over the time that was talked.
std::string
transcript(std::span<const turn> turns, std::string_view name, std::uint64_t talk_time_ms) {
  std::string text;
  text.reserve(768);
  text += '[';
  for (std::size_t i = 0; i < turns.size(); ++i) {
    text += i == 0 ? R"({"role":")" : R"(,{"role":")";
    text += turns[i].role;
    text += R"(","text":")";
    append_text(text, turns[i].text, name);
    text += R"(","at_ms":)";
    append_number(text, talk_time_ms / turns.size() * i);
    text += '}';
  }
  text += ']';
  return text;
}

} // namespace

std::string_view name_in(const std::map<std::string, std::string>& initial_context) {
  for (const auto* column : {"customer_name", "first_name", "name"})
    if (auto found = initial_context.find(column); found != initial_context.end()
                                                   && !found->second.empty()
                                                   && found->second.size() <= longest_name)
      return found->second;
  return {};
}

events::call_result simulated_result(
  const events::attempt_key& call,
  const events::call_ended& end,
  std::string_view name,
  std::uint64_t chance) {
  const auto& held = end.answered_by == events::answerer::machine
                       ? with_machine
                       : with_people[chance % std::size(with_people)];
  std::string gathered{R"({"call_disposition":")"};
  gathered.reserve(160);
  gathered += to_string(end.outcome);
  gathered += R"(","simulated":true,)";
  gathered += held.gathered;
  gathered += '}';
  return {
    .transcript = transcript(held.turns, name, end.talk_time_ms),
    .gathered_context = std::move(gathered),
    .recording_url = "simulated:recording/" + to_string(call),
    .simulated = true};
}

} // namespace ringmaster::telephony
