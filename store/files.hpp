// Files that stand beside the databases. I/O errors end the process (`fatal`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace ringmaster::store {

/// A file being written from its beginning.
class file_writer {
public:
  explicit file_writer(std::filesystem::path path);

  void write(std::string_view bytes);

  /// On return the file is durable under the name `final_name`, replacing what
  /// bore it.
  void publish(const std::filesystem::path& final_name);

private:
  std::filesystem::path path_;
  std::ofstream out_;
};

/// A number in a file of its own, written in place and never synced: it outlives
/// the process at once and a power cut some seconds later.
class number_file {
public:
  explicit number_file(const std::filesystem::path& path);
  number_file(number_file&& other) noexcept
    : path_{std::move(other.path_)}, file_{std::exchange(other.file_, -1)} {}
  ~number_file();

  [[nodiscard]] std::uint64_t read() const; // 0 in a new file
  void write(std::uint64_t number) const;

private:
  std::filesystem::path path_;
  int file_;
};

/// The number in such a file of another process; 0 if there is none.
[[nodiscard]] std::uint64_t peek_number(const std::filesystem::path& path);

/// On return what is in the file is durable.
void sync_file(const std::filesystem::path& path);

/// Makes the names in a directory durable.
void sync_directory(const std::filesystem::path& directory);

/// Makes the file, readable for its owner alone from its first moment on, and
/// durable; whole or not at all. A text says why it is not there.
[[nodiscard]] std::string write_private(const std::filesystem::path& file, std::string_view bytes);

void make_directories(const std::filesystem::path& directory);

/// Removes a file, or a directory with all in it; fine if there is none.
void remove_tree(const std::filesystem::path& path);

} // namespace ringmaster::store
