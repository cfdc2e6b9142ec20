#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "media/uploader.hpp"
#include "net/http.hpp"
#include "net/task_group.hpp"
#include "xmpp/link.hpp"
#include "xmpp/upload.hpp"

namespace dragoman::net {
class Loop;
}

namespace dragoman::media {

/// Uploads to the XMPP server's own service (XEP-0363), in the name of our domain. Which one that is, is found out
/// when the first file comes: the one that the configuration names, else the first among the services of the domain
/// above ours (XEP-0030 disco#items). Where none is found it is looked for again five minutes later at the earliest.
class UploadService final : public Uploader {
 public:
  struct Options {
    bool enabled = true;
    std::string address;  ///< of the service; empty: it is looked for
    bool operator==(const Options&) const = default;
  };
  UploadService(net::Loop& loop, xmpp::Link& link, net::HttpClient& http, Options options);
  UploadService(const UploadService&) = delete;
  UploadService& operator=(const UploadService&) = delete;

  bool available() const override;
  void upload(File file, Uploaded uploaded) override;

  /// Ends what is under way; nobody is told.
  void stop() { tasks_.stop(); }
  /// It may be destroyed.
  bool idle() const { return tasks_.empty(); }

 private:
  struct Waiting {
    File file;
    Uploaded uploaded;
  };

  void fail_soon(Uploaded uploaded, Error error);
  void tell(const Uploaded& uploaded, Result<std::string> result) const;
  void search();
  void ask_next_candidate();
  void found(std::string address, xmpp::UploadService service);
  void not_found(Error error);
  void ask_for_slot(Waiting waiting);
  void on_slot(Waiting waiting, const Result<xmpp::Element>& answer);
  void refused(const Waiting& waiting, const xmpp::UploadRefusal& refusal);
  net::Task<> put(net::HttpRequest request, std::string url, Uploaded uploaded);

  net::Loop& loop_;
  xmpp::Link& link_;
  net::HttpClient& http_;
  Options options_;
  std::string service_;  // empty: not known
  std::uint64_t most_bytes_ = 0;
  std::optional<Instant> none_until_;       // it was looked for, and there is none
  std::optional<Timestamp> limited_until_;  // it takes nothing from us before
  bool searching_ = false;
  Instant search_ends_{};
  std::vector<std::string> candidates_;  // of the search, the next one last
  std::vector<Waiting> waiting_;         // for the end of the search
  net::TaskGroup tasks_;
};

}  // namespace dragoman::media
