// Runs a function while what is written to standard error goes to a buffer. TensorFlow's libraries write there while they are loaded,
// before they read any setting, and JavaScript cannot redirect a file descriptor of its own process.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace {

constexpr size_t kMaxBytes = 1 << 16;

/** Opens a file that no folder lists; -1 if that is not possible. */
int OpenUnlisted() {
#ifdef __linux__
  return memfd_create("stderr", MFD_CLOEXEC);
#else
  const char* folder = getenv("TMPDIR");
  std::string name = std::string(folder ? folder : "/tmp") + "/stderr-XXXXXX";
  const int file = mkstemp(&name[0]);
  if (file >= 0) unlink(name.c_str());
  return file;
#endif
}

/** Standard error goes to a file in memory for as long as this lives; without one, for lack of descriptors, nothing is captured. */
class Capture {
 public:
  Capture() : saved_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)), file_(OpenUnlisted()) {
    fflush(stderr);
    if (saved_ >= 0 && file_ >= 0) dup2(file_, STDERR_FILENO);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    if (saved_ >= 0) close(saved_);
    if (file_ >= 0) close(file_);
  }

  /** Restores standard error and returns the beginning of what was written. */
  std::string End() {
    fflush(stderr);
    if (saved_ < 0 || file_ < 0) return "";
    dup2(saved_, STDERR_FILENO);
    std::string text(kMaxBytes, '\0');
    const ssize_t size = pread(file_, &text[0], text.size(), 0);
    text.resize(size > 0 ? size : 0);
    return text;
  }

 private:
  const int saved_;
  const int file_;
};

/** captured(f: () => void): string. Standard error is restored, too, if f throws. */
napi_value Captured(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value function, nothing, ignored, text;
  if (napi_get_cb_info(env, info, &count, &function, nullptr, nullptr) != napi_ok) return nullptr;
  if (napi_get_undefined(env, &nothing) != napi_ok) return nullptr;
  Capture capture;
  const napi_status status = napi_call_function(env, nothing, function, 0, nullptr, &ignored);
  const std::string written = capture.End();
  // An exception of the function is pending and is thrown by the return.
  if (status != napi_ok) return nullptr;
  return napi_create_string_utf8(env, written.data(), written.size(), &text) == napi_ok ? text : nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value captured;
  if (napi_create_function(env, "captured", NAPI_AUTO_LENGTH, Captured, nullptr, &captured) == napi_ok)
    napi_set_named_property(env, exports, "captured", captured);
  return exports;
}
