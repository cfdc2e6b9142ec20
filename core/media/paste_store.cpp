#include "media/paste_store.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/hmac.hpp"
#include "base/text.hpp"

namespace dragoman::media {

namespace {

constexpr const char* paste_kind = "paste";
constexpr const char* text_type = "text/plain; charset=utf-8";

/// The same for the same text.
std::string id_of(std::string_view bytes) {
  const auto digest = hmac_sha256("paste", bytes);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), 16});
}

/// When it was made, in milliseconds, and the text behind a line feed.
std::string write_paste(Timestamp made, std::string_view bytes) {
  return std::to_string(made.time_since_epoch().count()) + '\n' + std::string{bytes};
}

struct Paste {
  Timestamp made{};
  std::string bytes;
};

Paste read_paste(const std::string& value) {
  const std::size_t end = std::min(value.find('\n'), value.size());
  std::int64_t made = 0;
  std::from_chars(value.data(), value.data() + end, made);
  return {Timestamp{std::chrono::milliseconds{made}}, value.substr(std::min(end + 1, value.size()))};
}

class KeptText final : public Incoming {
 public:
  KeptText(std::string bytes, std::uint64_t offset)
      : size_(bytes.size()), offset_(offset), rest_(bytes.substr(static_cast<std::size_t>(offset))) {}
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t offset() const override { return offset_; }
  const std::string& media_type() const override { return type_; }
  net::Task<Result<std::string>> read() override { co_return std::exchange(rest_, {}); }

 private:
  std::uint64_t size_, offset_;
  std::string rest_, type_ = text_type;
};

}  // namespace

PasteStore::PasteStore(store::Store& store, Timers& timers, Links& links, Limits limits)
    : store_(store), clock_(timers.clock()), links_(links), limits_(limits), soon_(timers) {
  links_.serve(*this);
  load();
}

void PasteStore::load() {
  store_.reader_now().documents(paste_kind, [this](const store::Document& each) {
    const Paste paste = read_paste(each.value);
    entries_[each.key] = {paste.made, paste.bytes.size()};
    bytes_ += paste.bytes.size();
  });
  make_room(0);
}

void PasteStore::remove(std::map<std::string, Entry>::iterator entry) {
  store_.erase(paste_kind, {}, entry->first);
  bytes_ -= entry->second.size;
  entries_.erase(entry);
}

void PasteStore::make_room(std::uint64_t bytes) {
  const Timestamp now = clock_.utc();
  for (auto each = entries_.begin(); each != entries_.end();) {
    const auto next = std::next(each);
    if (now - each->second.made >= limits_.lifetime) remove(each);
    each = next;
  }
  while (bytes_ + bytes > limits_.most_bytes && !entries_.empty()) {
    remove(std::min_element(entries_.begin(), entries_.end(),
                            [](const auto& one, const auto& other) { return one.second.made < other.second.made; }));
  }
}

void PasteStore::upload(File file, Uploaded uploaded) {
  Result<std::string> answer{std::string{}};
  if (file.bytes.size() > limits_.largest) {
    answer = failure(Fault::too_long,
                     "A text of more than " + std::to_string(limits_.largest / 1024) + " KiB is not kept here.");
  } else {
    const std::string id = id_of(file.bytes);
    if (const auto known = entries_.find(id); known != entries_.end()) remove(known);
    make_room(file.bytes.size());
    const Timestamp now = clock_.utc();
    entries_[id] = {now, file.bytes.size()};
    bytes_ += file.bytes.size();
    store_.put_secret({paste_kind, {}, id, write_paste(now, file.bytes)});
    answer = links_.make({id, file.name});
  }
  answers_.emplace_back(std::move(uploaded), std::move(answer));
  soon_.set_after(Duration{}, [this] { tell_all(); });
}

void PasteStore::tell_all() {
  for (auto& [uploaded, answer] : std::exchange(answers_, {})) uploaded(std::move(answer));
}

net::Task<Result<std::unique_ptr<Incoming>>> PasteStore::open(std::string id, Wanted wanted) {
  const auto kept = store_.reader_now().document(paste_kind, {}, id);
  if (!kept || !entries_.contains(id)) co_return failure(Fault::not_found, "the text is not there any more");
  Paste paste = read_paste(*kept);
  if (wanted.offset > paste.bytes.size()) co_return failure(Fault::unacceptable, "the text has no such part");
  std::unique_ptr<Incoming> text = std::make_unique<KeptText>(std::move(paste.bytes), wanted.offset);
  co_return std::move(text);
}

}  // namespace dragoman::media
