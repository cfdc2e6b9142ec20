#include "backends/webhook/file_desk.hpp"

#include <utility>

#include "backends/webhook/file_store.hpp"

namespace dragoman::backends::webhook {

namespace {

/// An entry of a map while its task waits.
template <class Map>
class Entered {
 public:
  Entered(Map& map, typename Map::key_type key) : map_(map), key_(key) {}
  ~Entered() { map_.erase(key_); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Map& map_;
  typename Map::key_type key_;
};

}  // namespace

net::Task<Result<std::string>> FileDesk::upload(File file) {
  const std::uint64_t number = ++last_;
  net::Wakeup wakeup{services_.loop};
  Upload& entry = uploads_[number];
  entry.waiting = &wakeup;
  const Entered entered{uploads_, number};
  media::File wanted{std::move(file.name), std::move(file.media_type), std::move(file.bytes)};
  services_.uploader->upload(std::move(wanted), [this, number](Result<std::string> url) {
    const auto found = uploads_.find(number);
    if (found == uploads_.end()) return;
    found->second.url = std::move(url);
    found->second.waiting->wake();
  });
  while (!entry.url) {
    const bool woken = co_await wakeup.wait();
    if (!woken) co_return failure(Fault::closed, "stopped");
  }
  co_return std::move(*entry.url);
}

net::Task<Result<std::string>> FileDesk::put(std::string owner, File file) {
  if (services_.uploader != nullptr && services_.uploader->available()) {
    auto url = co_await upload(file);
    if (url || url.error().fault == Fault::closed) co_return url;
  }
  co_return store_.put(owner, file);
}

net::Task<Result<void>> FileDesk::put(std::string owner, std::vector<Posting>& postings) {
  for (Posting& posting : postings) {
    for (File& file : posting.files) {
      chat::Attachment attachment;
      attachment.name = file.name;
      attachment.media_type = file.media_type;
      attachment.size = file.bytes.size();
      auto url = co_await put(owner, std::move(file));
      if (!url) co_return url.error();
      attachment.url = std::move(*url);
      posting.content.attachments.push_back(std::move(attachment));
    }
    posting.files.clear();
  }
  co_return Result<void>{};
}

}  // namespace dragoman::backends::webhook
