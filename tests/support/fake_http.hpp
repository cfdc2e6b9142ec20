#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "net/http.hpp"

namespace dragoman::test {

/// A client whose servers the test plays: what they answer is said before, and what they were asked is kept.
class FakeHttp final : public net::HttpClient {
 public:
  /// `what`: "GET https://hs.test/path", without a query. The answers to one are given one after the other; the last
  /// one stays.
  void answers(const std::string& what, std::string body, int status = 200, net::HttpFields fields = {}) {
    answers_[what].push_back(net::HttpResponse{status, std::move(fields), std::move(body)});
  }
  void fails(const std::string& what, Fault fault, const std::string& text = "no route") {
    answers_[what].push_back(Error{fault, text});
  }

  net::Task<Result<net::HttpResponse>> send(net::HttpRequest request, net::HttpLimits limits) override {
    const std::string url = net::to_string(request.url);
    const std::string what = request.method + ' ' + url.substr(0, url.find('?'));
    asked.push_back(what);
    requests.push_back(std::move(request));
    all_public = all_public && limits.public_addresses_only;
    const auto found = answers_.find(what);
    if (found == answers_.end()) {
      net::HttpResponse unknown{404, {}, R"({"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"})"};
      co_return unknown;
    }
    Result<net::HttpResponse> answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    co_return answer;
  }

  std::vector<std::string> asked;
  std::vector<net::HttpRequest> requests;
  bool all_public = true;  ///< each request was for public addresses only
  /// The newest request of this kind; there has to be one.
  const net::HttpRequest& last(const std::string& what) const {
    const auto found = std::find(asked.rbegin(), asked.rend(), what);
    static const net::HttpRequest none;
    return found == asked.rend() ? none : requests[static_cast<std::size_t>(asked.rend() - found) - 1];
  }
  std::size_t count(const std::string& what) const {
    return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), what));
  }

 private:
  std::map<std::string, std::deque<Result<net::HttpResponse>>> answers_;
};

}  // namespace dragoman::test
