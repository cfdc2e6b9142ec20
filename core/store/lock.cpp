#include "store/lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "store/files.hpp"

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

/// Only a hint for who is refused: a failure to write it (full disk) is no reason not to start.
void write_pid(int descriptor) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool written =
      ::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.data(), pid.size(), 0) > 0;
}

}  // namespace

Result<Lock> Lock::acquire(const std::string& path) {
  if (const auto made = create_private(path, Owner::of_folder); !made && made.error().fault != Fault::conflict) {
    return failure(made.error().fault,
                   made.error().text + ": check that the folder exists and belongs to the user of the gateway");
  }
  return acquire_existing(path);
}

Result<Lock> Lock::acquire_existing(const std::string& path) {
  Lock lock{File{::open(path.c_str(), O_RDWR | O_CLOEXEC)}};
  if (lock.file_.descriptor() < 0) {
    return failure(errno == ENOENT ? Fault::not_found : Fault::storage,
                   path + ": " + std::generic_category().message(errno) +
                       ": check that the file belongs to the user of the gateway");
  }
  if (::flock(lock.file_.descriptor(), LOCK_EX | LOCK_NB) == 0) {
    write_pid(lock.file_.descriptor());
    return lock;
  }
  if (errno != EWOULDBLOCK) return failure(Fault::storage, path + ": " + std::generic_category().message(errno));
  const std::string pid = holder(lock.file_.descriptor());
  return failure(Fault::conflict, path + ": the database is in use by " +
                                      (pid.empty() ? std::string{"another process"} : "process " + pid) +
                                      "; stop it, or give this gateway a [store] path of its own");
}

}  // namespace dragoman::store
