// What a device machine asks for, and what it is told of downloads.

public import Dialects

/// Something a device does in answer to an input.
public enum DeviceAction: Hashable, Sendable {
    /// Publish what the event says.
    case publish(UpgradeEvent)
    /// Begin this download and tell the machine of its bytes and its end.
    case download(DownloadOrder)
    /// Leave the download under way; what becomes of it is of no interest.
    case abandonDownload
}

/// A download to begin.
public struct DownloadOrder: Hashable, Sendable {
    /// What to get.
    public var url: String
    /// How long connecting, or waiting for the next bytes, may take.
    public var socketTimeout: Duration

    /// Orders a download.
    public init(url: String, socketTimeout: Duration) {
        self.url = url
        self.socketTimeout = socketTimeout
    }
}

/// How a download ended.
public enum DownloadEnd: Hashable, Sendable {
    /// The body came to its end; digests in lower-case hex.
    case complete(sha256: String, md5: String)
    /// The server answered with an error status.
    case status(Int, reason: String)
    /// No connection or no response within the time limit.
    case noResponse
    /// The body stopped for longer than the time limit.
    case stalled
    /// The connection was closed before the declared length, which is given.
    case truncated(contentLength: Int64?)
    /// The connection was reset, or closed before any response.
    case reset
    /// No connection could be made; what the system said.
    case unreachable(String)
    /// The URL cannot be used.
    case badURL
}
