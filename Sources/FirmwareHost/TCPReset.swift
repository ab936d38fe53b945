// Resets a connection without losing what was sent before.

import Foundation
import NIOCore

extension Channel {
    /// Waits until the peer's kernel has acknowledged every byte, or nothing more for five seconds.
    ///
    /// A reset discards bytes in flight; without this wait the cut would come before its byte.
    func waitUntilAcknowledged() async {
        guard let options = self as? any SocketOptionProvider else { return }
        var acknowledged: UInt32?
        var idleRounds = 0
        while idleRounds < 5_000 {
            guard let state = try? await options.tcpInfo().get() else { return }
            if state.unacknowledgedSegments == 0 && state.unsentBytes == 0 { return }
            idleRounds = state.acknowledgedBytes == acknowledged ? idleRounds + 1 : 0
            acknowledged = state.acknowledgedBytes
            guard (try? await Task.sleep(for: .milliseconds(1))) != nil else { return }
        }
    }

    /// Closes with RST: a linger time of zero, then close.
    func reset() async throws {
        if let options = self as? any SocketOptionProvider {
            try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await close().get()
    }
}

/// The head of Linux's `struct tcp_info` (tcp(7)), which is longer than the one in the C library's headers.
private struct TCPCounters: Sendable {
    private let words: InlineArray<38, UInt32>

    init(words: InlineArray<38, UInt32>) {
        self.words = words
    }

    /// `tcpi_unacked`, at byte 24.
    var unacknowledgedSegments: UInt32 { words[6] }
    /// The low half of `tcpi_bytes_acked`, at byte 120.
    var acknowledgedBytes: UInt32 { words[30] }
    /// `tcpi_notsent_bytes`, at byte 144.
    var unsentBytes: UInt32 { words[36] }
}

private extension SocketOptionProvider {
    func tcpInfo() -> EventLoopFuture<TCPCounters> {
        unsafeGetSocketOption(level: .tcp, name: .tcp_info)
            .map { (words: InlineArray<38, UInt32>) in TCPCounters(words: words) }
    }
}
