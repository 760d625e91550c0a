#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace ringmaster::test {

/// A fresh directory that goes away with the object.
class temporary_directory {
public:
  temporary_directory() : temporary_directory{std::filesystem::temp_directory_path()} {}

  explicit temporary_directory(const std::filesystem::path& in) {
    auto pattern = (in / "ringmaster-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error{"no temporary directory"};
    path_ = pattern;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace ringmaster::test
