#include "backends/matrix/encrypted_file.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "support/loop_test.hpp"

// Files with their key in the message. The cipher text was made by another program:
//   printf ... | openssl enc -aes-256-ctr -K 000102...1f -iv fffefdfcfbfaf9f80000000000000000

namespace dragoman::backends::matrix::encrypted_file_test {
namespace {

const std::string plain = "The kettle is on, and there is cake for everybody who comes.";

std::string cipher() {
  std::string bytes;
  EXPECT_TRUE(
      text::from_base64("0aZbqVgBw0Z0LUHE7LRuNElQcVQgIiwSPl5LeBXDZZvAKAR/oDxM9RrxUPFL5Fa1schAoCzRDpSSHWcM", bytes));
  return bytes;
}

nlohmann::json in_message() {
  return {{"url", "mxc://hs.test/abc"},
          {"v", "v2"},
          {"key",
           {{"k", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
            {"alg", "A256CTR"},
            {"kty", "oct"},
            {"ext", true},
            {"key_ops", {"encrypt", "decrypt"}}}},
          {"iv", "//79/Pv6+fgAAAAAAAAAAA"},
          {"hashes", {{"sha256", "I06O7lMCCSEMpV8IVu8HEFyg3zbYpGV5UOl+nZ+vYok"}}}};
}

/// A file that comes in pieces of this size.
class Pieces final : public media::Incoming {
 public:
  Pieces(std::string bytes, std::size_t piece, std::uint64_t offset)
      : bytes_(std::move(bytes)), piece_(piece), offset_(offset) {}
  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  std::uint64_t offset() const override { return offset_; }
  const std::string& media_type() const override { return media_type_; }
  net::Task<Result<std::string>> read() override {
    const std::size_t begin = std::min<std::size_t>(offset_ + read_, bytes_.size());
    read_ += piece_;
    co_return bytes_.substr(begin, piece_);
  }

 private:
  std::string bytes_;
  std::size_t piece_, read_ = 0;
  std::uint64_t offset_;
  std::string media_type_ = "application/octet-stream";
};

class MatrixEncryptedFile : public test::LoopTest {
 protected:
  struct Read {
    std::string text;
    bool broken = false;
  };
  Read reads(const std::string& bytes, std::size_t piece, std::uint64_t offset = 0, bool whole = true) {
    const auto key = read_file_key(in_message(), "text/plain");
    EXPECT_TRUE(key);
    const auto file = decrypted(std::make_unique<Pieces>(bytes, piece, offset), *key, whole);
    EXPECT_EQ(file->media_type(), "text/plain");
    EXPECT_EQ(file->size(), bytes.size());
    EXPECT_EQ(file->offset(), offset);
    Read all;
    while (true) {
      const auto next = result_of<Result<std::string>>([&] { return file->read(); });
      if (!next) all.broken = true;
      if (!next || next->empty()) return all;
      all.text += *next;
    }
  }
};

TEST_F(MatrixEncryptedFile, IsReadInPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 7U, 16U, 59U, 60U, 1000U}) {
    const Read all = reads(cipher(), piece);
    EXPECT_FALSE(all.broken) << piece;
    EXPECT_EQ(all.text, plain) << piece;
  }
}

TEST_F(MatrixEncryptedFile, IsReadFromAnyPlaceOn) {
  for (const std::uint64_t offset : {1U, 15U, 16U, 17U, 32U, 59U}) {
    const Read part = reads(cipher(), 10, offset);
    EXPECT_FALSE(part.broken) << offset;
    EXPECT_EQ(part.text, plain.substr(offset)) << offset;
  }
}

TEST_F(MatrixEncryptedFile, IsNeverGivenToItsEndWhenItWasChanged) {
  std::string changed = cipher();
  changed[3] = static_cast<char>(changed[3] ^ 1);
  for (const std::size_t piece : {7U, 1000U}) {
    const Read all = reads(changed, piece);
    EXPECT_TRUE(all.broken) << piece;
    EXPECT_LT(all.text.size(), plain.size()) << piece;
  }
}

TEST_F(MatrixEncryptedFile, APartFromItsBeginIsNotTakenForTheWhole) {
  const Read part = reads(cipher().substr(0, 20), 20, 0, false);
  EXPECT_FALSE(part.broken);
  EXPECT_EQ(part.text, plain.substr(0, 20));
}

TEST_F(MatrixEncryptedFile, KeepsItsKeyInItsName) {
  const auto key = read_file_key(in_message(), "image/png");
  ASSERT_TRUE(key);
  const std::string name = encrypted_file("mxc://hs.test/abc", *key);
  std::string_view rest = name;
  const auto again = take_file_key(rest);
  ASSERT_TRUE(again);
  EXPECT_EQ(rest, "mxc://hs.test/abc");
  EXPECT_EQ(again->key, key->key);
  EXPECT_EQ(again->counter, key->counter);
  EXPECT_EQ(again->sha256, key->sha256);
  EXPECT_EQ(again->media_type, "image/png");
  rest = "mxc://hs.test/abc";
  EXPECT_FALSE(take_file_key(rest));
}

TEST_F(MatrixEncryptedFile, WithoutAPartOfItsKeyCannotBeOpened) {
  const nlohmann::json wrong = {{"v", "v1"}, {"iv", "AAAA"}, {"hashes", 5}, {"key", "k"}};
  for (const auto& [name, value] : wrong.items()) {
    nlohmann::json file = in_message();
    file[name] = value;
    EXPECT_FALSE(read_file_key(file, {})) << name;
  }
  nlohmann::json other = in_message();
  other["key"]["alg"] = "A256GCM";
  EXPECT_FALSE(read_file_key(other, {}));
}

}  // namespace
}  // namespace dragoman::backends::matrix::encrypted_file_test
