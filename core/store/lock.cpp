#include "store/lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace dragoman::store {

namespace {

/// The process id that the holder wrote, or nothing.
std::string holder(int descriptor) {
  char text[32];
  const auto size = ::pread(descriptor, text, sizeof text, 0);
  std::string pid;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) pid += text[i];
  return pid;
}

}  // namespace

Result<Lock> Lock::acquire(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return failure(Fault::storage, path + ": " + std::generic_category().message(errno) +
                                       ": check that the folder exists and belongs to the user of the gateway");
  }
  Lock lock{descriptor};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure(Fault::storage, path + ": " + std::generic_category().message(errno));
    const std::string pid = holder(descriptor);
    return failure(Fault::conflict, path + ": the database is in use by " +
                                        (pid.empty() ? std::string{"another process"} : "process " + pid) +
                                        "; stop it, or give this gateway a [store] path of its own");
  }
  // Only a hint for the text above: a failure to write it (full disk) is no reason not to start.
  const std::string pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool written =
      ::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.data(), pid.size(), 0) > 0;
  return lock;
}

Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Lock& Lock::operator=(Lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Lock::~Lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace dragoman::store
