#include "backends/webhook/file_store.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/message_id.hpp"
#include "base/text.hpp"
#include "media/links.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t piece_size = 192 * 1024;
constexpr const char* index_key = "files";

std::string piece_key(const std::string& id, std::uint64_t piece) { return "file " + id + ' ' + std::to_string(piece); }
std::uint64_t pieces_of(std::uint64_t size) { return (size + piece_size - 1) / piece_size; }

/// Reads a piece when it is asked for.
class KeptFile final : public media::Incoming {
 public:
  KeptFile(Services& services, std::string id, std::string type, std::uint64_t size, std::uint64_t offset)
      : services_(services), id_(std::move(id)), type_(std::move(type)), size_(size), at_(offset), offset_(offset) {}
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t offset() const override { return offset_; }
  const std::string& media_type() const override { return type_; }
  net::Task<Result<std::string>> read() override {
    if (at_ >= size_) co_return std::string{};
    std::string bytes;
    const bool found = text::from_base64(services_.kept(piece_key(id_, at_ / piece_size)), bytes);
    const std::size_t begin = static_cast<std::size_t>(at_ % piece_size);
    if (!found || bytes.size() <= begin) co_return failure(Fault::not_found, "the file is not there any more");
    bytes.erase(0, begin);
    at_ += bytes.size();
    co_return bytes;
  }

 private:
  Services& services_;
  std::string id_, type_;
  std::uint64_t size_, at_, offset_;
};

}  // namespace

FileStore::FileStore(Services& services, std::uint64_t most_bytes_of_owner)
    : services_(services), most_(most_bytes_of_owner) {}

void FileStore::load() {
  const auto index = parse_json(services_.kept ? services_.kept(index_key) : std::string{});
  if (!index || !index->is_object()) return;
  for (const auto& [id, each] : index->items()) {
    const auto size = std::max<std::int64_t>(number_at(each, "size").value_or(0), 0);
    files_[id] = {text_at(each, "owner"), text_at(each, "type"), static_cast<std::uint64_t>(size),
                  Timestamp{std::chrono::milliseconds{number_at(each, "made").value_or(0)}}};
  }
  remove_old();
}

std::uint64_t FileStore::bytes_of(const std::string& owner) const {
  std::uint64_t bytes = 0;
  for (const auto& [id, each] : files_) bytes += each.owner == owner ? each.size : 0;
  return bytes;
}

Result<std::string> FileStore::put(const std::string& owner, const File& file) {
  if (services_.links == nullptr || !services_.keep) {
    return failure(Fault::unavailable, "There is nothing here that takes files.");
  }
  remove_old();
  if (bytes_of(owner) + file.bytes.size() > most_) {
    return failure(Fault::limited, "The owner of this hook has as many files here as they may.");
  }
  const Timestamp now = services_.loop.clock().utc();
  const std::string id = make_message_id(now, services_.random);
  for (std::uint64_t piece = 0; piece < pieces_of(file.bytes.size()); ++piece) {
    const std::string_view bytes = std::string_view{file.bytes}.substr(piece * piece_size, piece_size);
    services_.keep(piece_key(id, piece), text::to_base64(bytes));
  }
  files_[id] = {owner, file.media_type, file.bytes.size(), now};
  keep_index();
  return services_.links->make({id, file.name});
}

void FileStore::remove(const std::string& id) {
  for (std::uint64_t piece = 0; piece < pieces_of(files_.at(id).size); ++piece)
    services_.keep(piece_key(id, piece), {});
  files_.erase(id);
}

void FileStore::remove_old() {
  const Timestamp now = services_.loop.clock().utc();
  std::vector<std::string> old;
  for (const auto& [id, each] : files_) {
    if (now - each.made >= lifetime) old.push_back(id);
  }
  for (const std::string& id : old) remove(id);
  if (!old.empty()) keep_index();
}

void FileStore::remove_all_of(const std::string& owner) {
  std::vector<std::string> theirs;
  for (const auto& [id, each] : files_) {
    if (each.owner == owner) theirs.push_back(id);
  }
  for (const std::string& id : theirs) remove(id);
  if (!theirs.empty()) keep_index();
}

void FileStore::keep_index() {
  nlohmann::json index = nlohmann::json::object();
  for (const auto& [id, each] : files_) {
    index[id] = {{"owner", each.owner},
                 {"type", each.type},
                 {"size", each.size},
                 {"made", each.made.time_since_epoch().count()}};
  }
  services_.keep(index_key, dump_json(index));
}

net::Task<Result<std::unique_ptr<media::Incoming>>> FileStore::open(std::string id, media::Wanted wanted) {
  const auto found = files_.find(id);
  if (found == files_.end()) co_return failure(Fault::not_found, "the file is not there any more");
  const Entry& entry = found->second;
  if (wanted.offset > entry.size) co_return failure(Fault::unacceptable, "the file has no such part");
  std::unique_ptr<media::Incoming> file =
      std::make_unique<KeptFile>(services_, found->first, entry.type, entry.size, wanted.offset);
  co_return std::move(file);
}

}  // namespace dragoman::backends::webhook
