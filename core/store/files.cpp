#include "store/files.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace dragoman::store {

namespace {

Error file_error(const std::string& path, int error) {
  const char* advice = error == ENOENT   ? "; make the folder first"
                       : error == EACCES ? "; its folder belongs to somebody else: run it as that user or as root"
                       : error == ENOSPC ? "; free disk space"
                                         : "";
  return failure(error == EEXIST ? Fault::conflict : Fault::storage,
                 path + ": " + std::generic_category().message(error) + advice);
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<File> create_private(const std::string& path, Owner owner) {
  File file{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.descriptor() < 0) return file_error(path, errno);
  struct stat folder {};
  const bool for_somebody_else = owner == Owner::of_folder && ::geteuid() == 0 &&
                                 ::stat(folder_of(path).c_str(), &folder) == 0 && folder.st_uid != 0;
  if (for_somebody_else && ::fchown(file.descriptor(), folder.st_uid, folder.st_gid) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return file_error(path, error);
  }
  return file;
}

bool sync_folder(const std::string& folder) {
  const File file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return file.descriptor() >= 0 && ::fsync(file.descriptor()) == 0;
}

Result<void> publish(const std::string& unfinished, const std::string& path) {
  const File file{::open(unfinished.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor() < 0 || ::fsync(file.descriptor()) != 0) return file_error(unfinished, errno);
  if (std::rename(unfinished.c_str(), path.c_str()) != 0 || !sync_folder(folder_of(path))) {
    return file_error(path, errno);
  }
  return {};
}

void remove_unfinished(const std::string& path) {
  for (const char* part : {"", "-journal", "-wal", "-shm"}) ::unlink((path + part).c_str());
}

Result<void> write_private(const std::string& path, std::string_view bytes, Owner owner) {
  const std::string unfinished = path + ".unfinished";
  ::unlink(unfinished.c_str());
  auto file = create_private(unfinished, owner);
  if (!file) return file.error();
  Result<void> done;
  if (!write_all(file->descriptor(), bytes)) done = file_error(path, errno);
  if (done) done = publish(unfinished, path);
  if (!done) ::unlink(unfinished.c_str());
  return done;
}

}  // namespace dragoman::store
