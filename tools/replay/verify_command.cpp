#include "tools/replay/verify_command.hpp"

#include "app/progress_line.hpp"
#include "events/codec.hpp"
#include "store/hex.hpp"
#include "store/signing.hpp"
#include "store/verify.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace ringmaster::replay {

namespace {

using json = nlohmann::ordered_json;

/// A sentence for the first of the noted heads that this log does not have.
std::string first_unmet(const std::vector<noted_head>& expected, const store::log_reader& log) {
  for (const auto& it : expected) {
    auto hash = it.position <= log.last_position() ? log.hash_at(it.position) : std::nullopt;
    auto name = "the head noted at position " + std::to_string(it.position);
    if (!hash)
      return name + " is not in this log, which ends at " + std::to_string(log.last_position());
    if (store::to_hex(*hash) != it.hash)
      return name + " was " + it.hash + " and is now " + store::to_hex(*hash)
             + ": the log was written anew";
  }
  return {};
}

json as_json(
  const store::verification& it, const store::log_reader& log, const std::string& unmet) {
  json damage;
  if (it.damage)
    damage = {
      {"position", it.damage->position},
      {"fault", to_string(it.damage->fault)},
      {"detail", sentence(*it.damage)}};
  return {
    {"intact", !it.damage && unmet.empty()},
    {"events", it.events},
    {"head",
     {{"position", it.events},
      {"hash", store::to_hex(it.head)},
      {"recorded_at", events::to_rfc3339(it.recorded_at)}}},
    {"signed_heads",
     {{"count", it.heads.count},
      {"last_position", it.heads.last_position},
      {"last_at", it.heads.count == 0 ? json() : json(events::to_rfc3339(it.heads.last_at))},
      {"public_keys", it.heads.keys}}},
    {"generation", log.generation()},
    {"writer_epoch", log.epoch()},
    {"damage", damage},
    {"unmet_head", unmet.empty() ? json() : json(unmet)}};
}

void print_heads(const store::signed_heads& it, std::uint64_t events, std::ostream& out) {
  if (it.count == 0) {
    out << "no head is signed\n";
    return;
  }
  out << it.count << " signed heads, the last of position " << it.last_position << " at "
      << events::to_rfc3339(it.last_at) << ", " << events - it.last_position - 1
      << " events not covered\n";
  for (const auto& key : it.keys)
    out << "signed by " << key << '\n';
}

void print_text(
  const store::verification& it,
  const store::log_reader& log,
  const std::string& unmet,
  std::ostream& out) {
  auto found = std::to_string(it.events) + " events, chain intact, head " + store::to_hex(it.head);
  if (it.damage)
    out << sentence(*it.damage) << "\nbefore it: " << found << '\n';
  else
    out << found << '\n';
  if (!unmet.empty())
    out << unmet << '\n';
  if (it.events > 0)
    out << "last recorded " << events::to_rfc3339(it.recorded_at) << '\n';
  print_heads(it.heads, it.events, out);
  out << "generation " << log.generation() << ", writer epoch " << log.epoch() << '\n';
}

} // namespace

noted_head parse_noted_head(const std::string& text) {
  auto colon = text.find(':');
  auto position =
    colon == std::string::npos ? place{events::instant{}} : parse_place(text.substr(0, colon));
  auto hash = colon == std::string::npos ? std::string{} : text.substr(colon + 1);
  bool is_hash =
    hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!std::holds_alternative<std::uint64_t>(position) || !is_hash)
    throw trouble{text + ": not a head (POSITION:HASH, the hash of 64 hexadecimal digits)"};
  return {std::get<std::uint64_t>(position), hash};
}

status print_verification(const common& with, const verify_query& query, std::ostream& out) {
  auto log = open_log(with);
  store::verification found;
  {
    app::progress_line progress{"verifying", log->last_position()};
    found =
      store::verify(*log, query.trusted, [&](std::uint64_t position) { progress.show(position); });
  }
  auto unmet = first_unmet(query.expected, *log);
  if (with.as_json)
    out << as_json(found, *log, unmet).dump() << '\n';
  else
    print_text(found, *log, unmet, out);
  return found.damage || !unmet.empty() ? found_wrong : all_well;
}

void add_verify(CLI::App& app, status& result) {
  struct options {
    common with;
    std::vector<std::string> heads, keys;
  };
  auto what = std::make_shared<options>();
  auto* verify = app.add_subcommand("verify", "Walk the whole chain and look at every event");
  add_common(*verify, what->with);
  verify->add_option(
    "--expect-head", what->heads, "POSITION:HASH noted earlier, which must still be there");
  verify->add_option(
    "--public-key", what->keys, "PEM file; signed heads by any other key are false");
  verify->callback([what, &result] {
    verify_query query;
    for (const auto& text : what->heads)
      query.expected.push_back(parse_noted_head(text));
    for (const auto& file : what->keys) {
      auto key = store::read_public_key(file);
      if (key.public_key.empty())
        throw trouble{key.trouble};
      query.trusted.insert(key.public_key);
    }
    result = print_verification(what->with, query, std::cout);
  });
}

} // namespace ringmaster::replay
