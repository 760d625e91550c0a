#pragma once

#include <mutex>
#include <set>
#include <string>

namespace ringmaster::http {

/// Which commands that may be sent again are being carried out, so that none is
/// twice at once. Requests of one client come over any connection and thread.
class requests_under_way {
public:
  /// False: it is there already.
  [[nodiscard]] bool enter(const std::string& key) {
    std::lock_guard held{lock_};
    return keys_.insert(key).second;
  }

  void leave(const std::string& key) {
    std::lock_guard held{lock_};
    keys_.erase(key);
  }

private:
  std::mutex lock_;
  std::set<std::string> keys_;
};

} // namespace ringmaster::http
