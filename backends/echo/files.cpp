#include <utility>

#include "backends/echo/network.hpp"

namespace dragoman::backends::echo {

namespace {

class SpokenText final : public media::Incoming {
 public:
  explicit SpokenText(std::string text) : size_(text.size()), text_(std::move(text)) {}
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t offset() const override { return 0; }
  const std::string& media_type() const override { return type_; }
  net::Task<Result<std::string>> read() override { co_return std::exchange(text_, {}); }

 private:
  std::uint64_t size_;
  std::string text_, type_ = "text/plain";
};

}  // namespace

net::Task<Result<std::unique_ptr<media::Incoming>>> Files::open(std::string id, media::Wanted) {
  co_return std::make_unique<SpokenText>(std::move(id));
}

}  // namespace dragoman::backends::echo
