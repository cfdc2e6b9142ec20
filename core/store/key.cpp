#include "store/key.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sodium.h>

#include "store/files.hpp"

namespace dragoman::store {

static_assert(Key::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

namespace {

std::string cause() { return std::generic_category().message(errno); }

bool read_all(int file, unsigned char* bytes, std::size_t size) {
  while (size > 0) {
    const auto got = ::read(file, bytes, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

void Key::Wipe::operator()(unsigned char* bytes) const { sodium_free(bytes); }

Key::Bytes Key::allocate() {
  // Guarded, locked into memory as far as RLIMIT_MEMLOCK allows, left out of core dumps, wiped by sodium_free.
  // Whoever reads a key first starts the library; again it does nothing.
  Bytes bytes{sodium_init() < 0 ? nullptr : static_cast<unsigned char*>(sodium_malloc(size))};
  if (!bytes) std::abort();  // a few pages at start: there is no way to go on
  return bytes;
}

Key::Key(Bytes bytes) : bytes_(std::move(bytes)) {
  // A digest, so that the same file always has the same id, wherever it lies.
  unsigned char digest[crypto_generichash_BYTES_MIN];
  crypto_generichash(digest, sizeof digest, bytes_.get(), size, nullptr, 0);
  id_ = digest[0];
  sodium_mprotect_readonly(bytes_.get());
}

Result<Key> Key::read(const std::string& path) {
  const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor() < 0) {
    return failure(errno == ENOENT ? Fault::not_found : Fault::storage,
                   path + ": the key file cannot be read: " + cause());
  }
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) return failure(Fault::storage, path + ": " + cause());
  if ((status.st_mode & 077) != 0) {
    return failure(Fault::forbidden, path + ": others may read the key file; run `chmod 600 " + path + "`");
  }
  if (!S_ISREG(status.st_mode) || status.st_size != static_cast<off_t>(size)) {
    return failure(Fault::malformed, path + ": a key file holds exactly 32 bytes, this one " +
                                         std::to_string(status.st_size) + "; check [store] key_file, or restore it");
  }
  Bytes bytes = allocate();
  if (!read_all(file.descriptor(), bytes.get(), size)) {
    return failure(Fault::storage, path + ": the key file cannot be read: " + cause());
  }
  return Key{std::move(bytes)};
}

Result<Key> Key::create(const std::string& path, Random& random) {
  const auto file = create_private(path, Owner::of_folder);
  if (!file) {
    return failure(Fault::storage,
                   "the key file cannot be created: " + file.error().text +
                       "; check [store] key_file and that its folder belongs to the user of the gateway");
  }
  Bytes bytes = allocate();
  random.fill({reinterpret_cast<std::byte*>(bytes.get()), size});
  const bool written = ::write(file->descriptor(), bytes.get(), size) == static_cast<ssize_t>(size) &&
                       ::fsync(file->descriptor()) == 0 && sync_folder(folder_of(path));
  if (!written) {
    const std::string text = cause();
    ::unlink(path.c_str());  // half a key would only be refused at the next start
    return failure(Fault::storage, path + ": the key file cannot be written: " + text);
  }
  return Key{std::move(bytes)};
}

}  // namespace dragoman::store
