#include "store/reserve.hpp"

#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.hpp"

namespace dragoman::store {

std::uint64_t free_bytes(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{status.f_bavail} * std::uint64_t{status.f_frsize};
}

void Reserve::keep() {
  struct stat status {};
  const bool whole = ::stat(path_.c_str(), &status) == 0 && static_cast<std::uint64_t>(status.st_size) == size;
  if (whole) return;
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  // fallocate alone: posix_fallocate would write 16 MiB where the file system cannot reserve.
  const bool made = free_bytes(path_) >= room_needed && ::fallocate(file, 0, 0, static_cast<off_t>(size)) == 0;
  ::close(file);
  if (made) return;
  ::unlink(path_.c_str());
  LOG_WARN("no reserve for a full disk could be set aside", path_);
}

void Reserve::release() { ::unlink(path_.c_str()); }

}  // namespace dragoman::store
