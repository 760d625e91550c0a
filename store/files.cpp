#include "store/files.hpp"

#include "store/fatal.hpp"

#include <endian.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace ringmaster::store {

namespace {

[[noreturn]] void give_up(const std::filesystem::path& path, const std::error_code& why) {
  auto advice = why == std::errc::no_space_on_device ? when_disk_is_full
                : why == std::errc::io_error || why == std::errc::read_only_file_system
                  ? when_disk_failed
                  : std::string_view{};
  fatal(path.string(), why.message() + (advice.empty() ? "" : ". ") + std::string{advice});
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

void sync(const std::filesystem::path& path, int flags) {
  int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0 || ::fsync(file) != 0)
    give_up(path, last_error());
  ::close(file);
}

} // namespace

file_writer::file_writer(std::filesystem::path path)
  : path_{std::move(path)}, out_{path_, std::ios::binary | std::ios::trunc} {
  if (!out_)
    give_up(path_, last_error());
}

void file_writer::write(std::string_view bytes) {
  if (!out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    give_up(path_, last_error());
}

void file_writer::publish(const std::filesystem::path& final_name) {
  out_.close();
  if (!out_)
    give_up(path_, last_error());
  sync_file(path_);
  std::error_code why;
  std::filesystem::rename(path_, final_name, why);
  if (why)
    give_up(final_name, why);
  sync_directory(final_name.parent_path());
}

number_file::number_file(const std::filesystem::path& path)
  : path_{path}, file_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)} {
  if (file_ < 0)
    give_up(path, last_error());
}

number_file::~number_file() {
  if (file_ >= 0)
    ::close(file_);
}

std::uint64_t number_file::read() const {
  std::uint64_t number = 0;
  return ::pread(file_, &number, sizeof number, 0) == sizeof number ? le64toh(number) : 0;
}

void number_file::write(std::uint64_t number) const {
  // Eight bytes lie within one sector, so a power cut leaves the old or the new.
  number = htole64(number);
  if (::pwrite(file_, &number, sizeof number, 0) != sizeof number)
    give_up(path_, last_error());
}

std::uint64_t peek_number(const std::filesystem::path& path) {
  std::uint64_t number = 0;
  std::ifstream file{path, std::ios::binary};
  file.read(reinterpret_cast<char*>(&number), sizeof number);
  return file ? le64toh(number) : 0;
}

void sync_file(const std::filesystem::path& path) {
  sync(path, O_RDONLY);
}

void sync_directory(const std::filesystem::path& directory) {
  sync(directory, O_RDONLY | O_DIRECTORY);
}

std::string write_private(const std::filesystem::path& file, std::string_view bytes) {
  auto fresh = file;
  fresh += ".new";
  int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (handle < 0)
    return fresh.string() + ": " + last_error().message();
  bool written = ::write(handle, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())
                 && ::fsync(handle) == 0;
  auto why = last_error();
  ::close(handle);
  if (written)
    std::filesystem::rename(fresh, file, why);
  if (!written || why)
    return file.string() + ": " + why.message();
  sync_directory(file.parent_path().empty() ? "." : file.parent_path());
  return {};
}

void make_directories(const std::filesystem::path& directory) {
  std::error_code why;
  std::filesystem::create_directories(directory, why);
  if (why)
    give_up(directory, why);
}

void remove_tree(const std::filesystem::path& path) {
  std::error_code why;
  std::filesystem::remove_all(path, why);
  if (why)
    give_up(path, why);
}

} // namespace ringmaster::store
