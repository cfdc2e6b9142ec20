#include "backends/matrix/encrypted_file.hpp"

#include <utility>

#include <openssl/evp.h>

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t block_size = 16, hash_size = 32;

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
    const std::string counter = advanced(key.counter, file_->offset() / block_size);
    works_ = cipher_ && hash_ && EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) == 1 &&
             EVP_DecryptInit_ex(cipher_.get(), EVP_aes_256_ctr(), nullptr, data_of(key.key), data_of(counter)) == 1;
    // Into the middle of a block.
    std::string before(file_->offset() % block_size, '\0');
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

std::unique_ptr<media::Incoming> decrypted(std::unique_ptr<media::Incoming> file, const FileKey& key, bool whole) {
  return std::make_unique<Decrypted>(std::move(file), key, whole);
}

}  // namespace dragoman::backends::matrix
