// Preloaded before a server: makes the disk under it fail while there is a file
// of the name that RINGMASTER_FAULT gives. It holds a call, an error and a piece of
// the paths that are hit: `write ENOSPC /journal/`.
//
// It fails as disks and kernels do. A disk that is full takes the first half of a
// write before it refuses the rest. After a sync that failed, what was not yet
// synced is gone from the file, as pages are that Linux could not write back.
//
// The wall clock is as many seconds off as the file says that RINGMASTER_CLOCK gives.
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace {

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

std::string path_of(int file) {
  char name[4096];
  auto length = readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), name, sizeof name);
  return {name, length > 0 ? static_cast<std::size_t>(length) : 0};
}

/// The error that `call` is to give for `file`; 0: none.
int error_of(std::string_view call, int file) {
  static const char* const name = std::getenv("RINGMASTER_FAULT");
  if (name == nullptr || access(name, F_OK) != 0)
    return 0;
  std::ifstream told{name};
  std::string failing, error, place;
  told >> failing >> error >> place;
  if (failing != call || place.empty() || path_of(file).find(place) == std::string::npos)
    return 0;
  return error == "ENOSPC" ? ENOSPC : EIO;
}

/// How long each file was when it was last synced.
class synced_lengths {
public:
  void remember(int file) {
    auto [id, length] = look(file);
    std::lock_guard held{lock_};
    lengths_[id] = length;
  }

  void lose_the_rest(int file) {
    auto [id, length] = look(file);
    std::lock_guard held{lock_};
    if (ftruncate(file, lengths_[id]) != 0)
      std::abort(); // the test would test nothing
  }

private:
  using identity = std::pair<dev_t, ino_t>;

  static std::pair<identity, off_t> look(int file) {
    struct stat is {};
    fstat(file, &is);
    return {{is.st_dev, is.st_ino}, is.st_size};
  }

  std::mutex lock_;
  std::map<identity, off_t> lengths_;
};

template <class Sync>
int sync_or_fail(int file, Sync* next) {
  static synced_lengths lengths;
  if (auto error = error_of("sync", file)) {
    lengths.lose_the_rest(file);
    errno = error;
    return -1;
  }
  auto answer = next(file);
  if (answer == 0)
    lengths.remember(file);
  return answer;
}

/// `write_part(bytes)` writes that many at the most.
template <class WritePart>
ssize_t write_or_fail(int file, std::size_t count, const WritePart& write_part) {
  static std::atomic<bool> half_taken = false;
  auto error = error_of("write", file);
  if (error == 0)
    return write_part(count);
  if (error == ENOSPC && count > 1 && !half_taken.exchange(true))
    return write_part(count / 2);
  errno = error;
  return -1;
}

/// As it was when the process began.
time_t seconds_off() {
  static const time_t once = [] {
    long seconds = 0;
    if (const char* name = std::getenv("RINGMASTER_CLOCK"))
      std::ifstream{name} >> seconds;
    return seconds;
  }();
  return once;
}

} // namespace

extern "C" {

int clock_gettime(clockid_t which, struct timespec* now) noexcept {
  static auto* next = real<int(clockid_t, struct timespec*)>("clock_gettime");
  int answer = next(which, now);
  if (answer == 0 && which == CLOCK_REALTIME)
    now->tv_sec += seconds_off();
  return answer;
}

int fdatasync(int file) {
  static auto* next = real<int(int)>("fdatasync");
  return sync_or_fail(file, next);
}

int fsync(int file) {
  static auto* next = real<int(int)>("fsync");
  return sync_or_fail(file, next);
}

ssize_t write(int file, const void* bytes, size_t count) {
  static auto* next = real<ssize_t(int, const void*, size_t)>("write");
  return write_or_fail(file, count, [&](size_t most) { return next(file, bytes, most); });
}

ssize_t writev(int file, const struct iovec* parts, int count) {
  static auto* next = real<ssize_t(int, const struct iovec*, int)>("writev");
  return write_or_fail(file, 1, [&](size_t) { return next(file, parts, count); });
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
  static auto* next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return write_or_fail(file, count, [&](size_t most) { return next(file, bytes, most, at); });
}

} // extern "C"
