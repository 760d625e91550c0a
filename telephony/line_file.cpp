#include "telephony/line_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace ringmaster::telephony {

namespace {

constexpr std::string_view full_stop = " .";
constexpr std::size_t chunk = 1 << 20;

std::string_view without_full_stop(std::string_view line) {
  if (!line.ends_with(full_stop))
    return {};
  line.remove_suffix(full_stop.size());
  return line;
}

std::uint64_t size_of(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool ends_in_mid_line(int file) {
  auto size = size_of(file);
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, static_cast<off_t>(size - 1)) == 1 && last != '\n';
}

} // namespace

line_file::line_file(const std::filesystem::path& path) {
  std::error_code ignored; // opening says it too
  if (path.has_parent_path())
    std::filesystem::create_directories(path.parent_path(), ignored);
  file_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file_ >= 0)
    torn_ = ends_in_mid_line(file_);
}

line_file::~line_file() {
  if (file_ >= 0)
    ::close(file_);
}

bool line_file::append(std::string text) {
  if (file_ < 0)
    return false;
  text.append(full_stop).append(1, '\n');
  if (torn_.exchange(false))
    text.insert(text.begin(), '\n');
  ssize_t written = 0;
  do
    written = ::write(file_, text.data(), text.size());
  while (written < 0 && errno == EINTR);
  if (written > 0 && written < static_cast<ssize_t>(text.size()))
    torn_ = true;
  return written == static_cast<ssize_t>(text.size());
}

std::uint64_t line_file::size() const {
  return size_of(file_);
}

std::uint64_t line_file::for_each(std::uint64_t from, const handler& handle) const {
  std::string text;
  std::uint64_t begin = from; // of `text` in the file
  for (;;) {
    auto had = text.size();
    text.resize(had + chunk);
    auto got = ::pread(file_, text.data() + had, chunk, static_cast<off_t>(begin + had));
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0)
      return begin;
    std::size_t start = 0;
    for (auto end = text.find('\n', had); end != std::string::npos; end = text.find('\n', start)) {
      handle(begin + start, without_full_stop(std::string_view{text}.substr(start, end - start)));
      start = end + 1;
    }
    text.erase(0, start);
    begin += start;
  }
}

std::string line_file::line_at(std::uint64_t offset, std::size_t longest) const {
  std::string text(longest + full_stop.size() + 1, '\0');
  auto got = ::pread(file_, text.data(), text.size(), static_cast<off_t>(offset));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return std::string{without_full_stop(std::string_view{text}.substr(0, text.find('\n')))};
}

void line_file::read(const std::filesystem::path& path, const handler& handle) {
  line_file it;
  it.file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (it.is_open())
    it.for_each(0, handle);
}

std::string_view take_word(std::string_view& line) {
  auto word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

} // namespace ringmaster::telephony
