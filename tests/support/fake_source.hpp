#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "media/source.hpp"

namespace dragoman::test {

/// Files in memory, given in pieces.
class FakeSource final : public media::Source {
 public:
  struct File {
    std::string bytes;
    std::string media_type;
    bool knows_size = true;
    bool knows_ranges = true;
    std::size_t breaks_at = std::string::npos;  ///< what is wanted from there on cannot be had
  };

  net::Task<Result<std::unique_ptr<media::Incoming>>> open(std::string id, media::Wanted wanted) override {
    asked.emplace_back(id, wanted.offset);
    if (fault) co_return failure(*fault, "a secret of the network");
    const auto found = files.find(id);
    if (found == files.end()) co_return failure(Fault::not_found, "a secret of the network");
    co_return std::make_unique<Given>(*this, found->second, found->second.knows_ranges ? wanted : media::Wanted());
  }

  std::map<std::string, File> files;
  std::optional<Fault> fault;
  std::vector<std::pair<std::string, std::uint64_t>> asked;  ///< ids and offsets
  std::size_t piece = 7;                                     ///< bytes
  std::size_t read = 0;                                      ///< of all files, so far
  int open_now = 0;

 private:
  class Given final : public media::Incoming {
   public:
    Given(FakeSource& source, const File& file, media::Wanted wanted) : source_(source), file_(file), wanted_(wanted) {
      ++source_.open_now;
      at_ = wanted_.offset;
    }
    ~Given() override { --source_.open_now; }
    std::optional<std::uint64_t> size() const override {
      return file_.knows_size ? std::optional<std::uint64_t>{file_.bytes.size()} : std::nullopt;
    }
    std::uint64_t offset() const override { return wanted_.offset; }
    const std::string& media_type() const override { return file_.media_type; }
    net::Task<Result<std::string>> read() override {
      if (at_ >= file_.breaks_at) co_return failure(Fault::unavailable, "a secret of the network");
      if (at_ >= file_.bytes.size()) co_return std::string();
      std::string piece = file_.bytes.substr(at_, std::min(source_.piece, file_.breaks_at - at_));
      at_ += piece.size();
      source_.read += piece.size();
      co_return piece;
    }

   private:
    FakeSource& source_;
    const File& file_;
    media::Wanted wanted_;
    std::size_t at_ = 0;
  };
};

}  // namespace dragoman::test
