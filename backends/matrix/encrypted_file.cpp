#include "backends/matrix/encrypted_file.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t key_size = 32, block = 16, hash_size = 32;
/// No line break stands in an address.
constexpr std::string_view sign = "\nsealed ";

/// Base64 with or without its padding, of either alphabet: JWK has the one for URLs, the rest of Matrix the other.
std::string bytes_of(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.ends_with('=')) text.pop_back();
  text.append((4 - text.size() % 4) % 4, '=');
  std::string bytes;
  return text::from_base64(text, bytes) ? bytes : std::string{};
}

const unsigned char* data_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* data_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// The counter of the block `blocks` behind: a number of 128 bits, the greatest byte first.
std::string advanced(std::string counter, std::uint64_t blocks) {
  unsigned carry = 0;
  for (std::size_t i = counter.size(); i-- > 0;) {
    const unsigned sum = static_cast<unsigned char>(counter[i]) + static_cast<unsigned>(blocks & 0xff) + carry;
    counter[i] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
    blocks >>= 8;
  }
  return counter;
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct FreeHash {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Decrypted final : public media::Incoming {
 public:
  Decrypted(std::unique_ptr<media::Incoming> file, const FileKey& key, bool whole)
      : file_(std::move(file)),
        media_type_(key.media_type),
        expected_(whole && file_->offset() == 0 ? key.sha256 : std::string{}),
        cipher_(EVP_CIPHER_CTX_new()),
        hash_(EVP_MD_CTX_new()) {
    const std::string counter = advanced(key.counter, file_->offset() / block);
    works_ = cipher_ && hash_ && EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) == 1 &&
             EVP_DecryptInit_ex(cipher_.get(), EVP_aes_256_ctr(), nullptr, data_of(key.key), data_of(counter)) == 1;
    // Into the middle of a block.
    std::string before(file_->offset() % block, '\0');
    works_ = works_ && decrypt(before);
  }

  std::optional<std::uint64_t> size() const override { return file_->size(); }
  std::uint64_t offset() const override { return file_->offset(); }
  const std::string& media_type() const override { return media_type_; }

  net::Task<Result<std::string>> read() override {
    while (works_ && !ended_) {
      auto piece = co_await file_->read();
      if (!piece) co_return piece.error();
      ended_ = piece->empty();
      if (ended_ && !is_intact()) co_return failure(Fault::malformed, "the file is not what its sender has encrypted");
      if (ended_) co_return std::exchange(held_, std::string{});
      works_ = EVP_DigestUpdate(hash_.get(), piece->data(), piece->size()) == 1 && decrypt(*piece);
      // One piece stays behind, so that nobody has a whole file that is wrong.
      std::string ready = std::exchange(held_, std::move(*piece));
      if (!ready.empty()) co_return ready;
    }
    if (!works_) co_return failure(Fault::internal, "the file cannot be decrypted");
    co_return std::string{};
  }

 private:
  bool decrypt(std::string& text) {
    int written = 0;
    if (text.empty()) return true;
    const int size = static_cast<int>(text.size());
    return EVP_DecryptUpdate(cipher_.get(), data_of(text), &written, data_of(std::string_view{text}), size) == 1 &&
           written == size;
  }
  bool is_intact() {
    if (expected_.empty()) return true;
    std::string digest(hash_size, '\0');
    return EVP_DigestFinal_ex(hash_.get(), data_of(digest), nullptr) == 1 && digest == expected_;
  }

  std::unique_ptr<media::Incoming> file_;
  std::string media_type_, expected_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> cipher_;
  std::unique_ptr<EVP_MD_CTX, FreeHash> hash_;
  std::string held_;
  bool works_ = false, ended_ = false;
};

}  // namespace

std::optional<FileKey> read_file_key(const nlohmann::json& file, std::string media_type) {
  const nlohmann::json& key = object_at(file, "key");
  if (text_at(file, "v") != "v2" || text_at(key, "alg") != "A256CTR" || text_at(key, "kty") != "oct") {
    return std::nullopt;
  }
  FileKey read{bytes_of(text_at(key, "k")), bytes_of(text_at(file, "iv")),
               bytes_of(text_at(object_at(file, "hashes"), "sha256")), std::move(media_type)};
  const bool is_whole = read.key.size() == key_size && read.counter.size() == block && read.sha256.size() == hash_size;
  return is_whole ? std::optional{std::move(read)} : std::nullopt;
}

std::string encrypted_file(std::string_view mxc, const FileKey& key) {
  return std::string{mxc} + std::string{sign} + text::to_base64(key.key + key.counter + key.sha256 + key.media_type);
}

std::optional<FileKey> take_file_key(std::string_view& name) {
  const std::size_t at = name.find(sign);
  std::string bytes;
  if (at == std::string_view::npos || !text::from_base64(name.substr(at + sign.size()), bytes)) return std::nullopt;
  if (bytes.size() < key_size + block + hash_size) return std::nullopt;
  name = name.substr(0, at);
  return FileKey{bytes.substr(0, key_size), bytes.substr(key_size, block), bytes.substr(key_size + block, hash_size),
                 bytes.substr(key_size + block + hash_size)};
}

std::unique_ptr<media::Incoming> decrypted(std::unique_ptr<media::Incoming> file, const FileKey& key, bool whole) {
  return std::make_unique<Decrypted>(std::move(file), key, whole);
}

}  // namespace dragoman::backends::matrix
