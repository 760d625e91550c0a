#include "store/secrets.hpp"

#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/sealing.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <system_error>

namespace ringmaster::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 64;

struct file_name {
  std::string owner;
  std::string name;
};

/// `trk_01h7x3k9q2zt.auth_token`
std::string to_text(std::string_view owner, std::string_view name) {
  return std::string{owner}.append(1, '.').append(name);
}

file_name parse(const fs::path& file) {
  auto text = file.filename().string();
  auto dot = text.find('.');
  return {text.substr(0, dot), dot == text.npos ? "" : text.substr(dot + 1)};
}

/// `trk_01h7x3k9q2zt.8.auth_token`: put aside for version 8. Nothing: it is in use.
std::optional<std::uint64_t> version_put_aside_for(std::string_view name) {
  std::uint64_t version = 0;
  auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), version);
  bool whole = failed == std::errc{} && end != name.data() + name.size() && *end == '.';
  return whole ? std::optional{version} : std::nullopt;
}

std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code why;
  for (fs::directory_iterator at{directory, why}, end; !why && at != end; at.increment(why))
    files.push_back(at->path());
  bool none = why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory;
  if (why && !none)
    fatal(directory.string(), why.message());
  std::ranges::sort(files);
  return files;
}

std::optional<std::string> read_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

std::string way_out(const fs::path& directory, const fs::path& key_file) {
  return ". Put the key that they were sealed with at " + key_file.string()
         + " (it is not part of a backup); or, if it is lost, remove " + directory.string()
         + " and give each trunk and webhook its secrets anew";
}

/// The key that opens all that is there; a text says why there is none. `make` it
/// if there is nothing yet to open.
std::variant<sealing_key, std::string> fitting_key(
  const fs::path& directory, const fs::path& key_file, const std::vector<fs::path>& sealed) {
  auto number = std::to_string(sealed.size()) + (sealed.size() == 1 ? " secret" : " secrets");
  if (!fs::exists(key_file))
    return number + " of trunks and webhooks cannot be read, because the key is missing"
           + way_out(directory, key_file);
  auto key = sealing_key::load(key_file);
  if (std::holds_alternative<std::string>(key))
    return key;
  for (const auto& file : sealed)
    if (mark_of_seal(read_file(file).value_or("")) != std::get<sealing_key>(key).mark())
      return "the secret " + parse(file).name + " of " + parse(file).owner + " (one of " + number
             + ") was sealed with another key than " + key_file.string()
             + way_out(directory, key_file);
  return key;
}

} // namespace

struct secrets::state {
  fs::path directory;
  sealing_key key;
  std::mutex writing; // one name for what is not whole yet, whichever secret it is

  [[nodiscard]] fs::path file_of(std::string_view owner, std::string_view name) const {
    return directory / to_text(owner, name);
  }
  /// Those put aside too.
  [[nodiscard]] std::vector<std::string> all_names_of(std::string_view owner) const {
    std::vector<std::string> names;
    for (const auto& file : files_in(directory))
      if (auto it = parse(file); it.owner == owner)
        names.push_back(std::move(it.name));
    return names;
  }
};

secrets::secrets(std::unique_ptr<state> made) : state_{std::move(made)} {}
secrets::~secrets() = default;

bool secrets::is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '_';
  });
}

std::variant<std::unique_ptr<secrets>, std::string>
secrets::open(const fs::path& directory, const fs::path& key_file) {
  make_directories(directory);
  auto sealed = files_in(directory);
  auto key = sealed.empty() && !fs::exists(key_file) ? sealing_key::create(key_file)
                                                     : fitting_key(directory, key_file, sealed);
  if (auto* why = std::get_if<std::string>(&key))
    return "secrets: " + *why;
  return std::unique_ptr<secrets>{
    new secrets{std::unique_ptr<state>{new state{directory, std::get<sealing_key>(key), {}}}}};
}

void secrets::put(std::string_view owner, std::string_view name, std::string_view value) {
  auto text = to_text(owner, name);
  std::lock_guard lock{state_->writing};
  // Beside the directory, where no backup finds it.
  file_writer out{state_->directory.parent_path() / "secret.new"};
  out.write(state_->key.seal(value, text));
  out.publish(state_->directory / text);
}

std::optional<std::string> secrets::find(std::string_view owner, std::string_view name) const {
  auto file = state_->file_of(owner, name);
  auto sealed = read_file(file);
  if (!sealed)
    return std::nullopt;
  auto value = state_->key.open(*sealed, to_text(owner, name));
  if (!value)
    fatal(file.string(), "this secret is damaged; remove the file, and give the secret anew");
  return value;
}

std::string secrets::own_key(std::string_view purpose) const {
  return state_->key.derived(purpose);
}

std::vector<std::string> secrets::names_of(std::string_view owner) const {
  auto names = state_->all_names_of(owner);
  std::erase_if(names, [](const auto& it) { return version_put_aside_for(it).has_value(); });
  return names;
}

void secrets::put_aside(
  std::string_view owner, std::uint64_t version, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values)
    put(owner, to_text(std::to_string(version), name), value);
}

void secrets::settle(std::string_view owner, std::uint64_t reached) {
  auto names = state_->all_names_of(owner);
  std::erase_if(names, [](const auto& it) { return !version_put_aside_for(it); });
  for (const auto& name : names)
    if (*version_put_aside_for(name) <= reached)
      put(owner, name.substr(name.find('.') + 1), find(owner, name).value());
  // Only then, so that a crash in between has it done again.
  for (const auto& name : names)
    remove_tree(state_->file_of(owner, name));
  if (!names.empty())
    sync_directory(state_->directory);
}

void secrets::settle_all(const std::function<std::uint64_t(const std::string& owner)>& reached) {
  std::set<std::string> owners;
  for (const auto& file : files_in(state_->directory))
    if (auto it = parse(file); version_put_aside_for(it.name))
      owners.insert(it.owner);
  for (const auto& owner : owners)
    settle(owner, reached(owner));
}

void secrets::forget(std::string_view owner) {
  std::lock_guard lock{state_->writing};
  for (const auto& name : state_->all_names_of(owner))
    remove_tree(state_->file_of(owner, name));
  sync_directory(state_->directory);
}

void secrets::sweep(const std::function<bool(const std::string& owner)>& known) {
  for (const auto& file : files_in(state_->directory))
    if (auto it = parse(file); !known(it.owner))
      remove_tree(file);
  sync_directory(state_->directory);
}

std::size_t count_secrets(const fs::path& directory) {
  return files_in(directory).size();
}

std::optional<std::string>
trouble_with_secrets(const fs::path& directory, const fs::path& key_file) {
  auto sealed = files_in(directory);
  if (sealed.empty() && !fs::exists(key_file))
    return std::nullopt;
  auto key = fitting_key(directory, key_file, sealed);
  auto* why = std::get_if<std::string>(&key);
  return why == nullptr ? std::nullopt : std::optional{std::move(*why)};
}

} // namespace ringmaster::store
