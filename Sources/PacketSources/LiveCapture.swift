// Live capture from an interface: the public face and the thread's life.

import Foundation
public import Traffic
import Waiting

/// A running capture on a network interface.
///
/// One thread reads the kernel's ring and calls the sink packet by packet. A sink that blocks makes the ring fill up;
/// what then does not fit is dropped by the kernel and counted in ``CaptureStatistics/kernelDrops``.
public final class LiveCapture: Sendable {
    /// Receives one packet on the capture's thread; the bytes are valid during the call only.
    public typealias Sink = @Sendable (PacketHeader, RawSpan) -> Void

    /// What to capture.
    public struct Settings: Hashable, Sendable {
        /// The interface's name; `any` captures on all of them.
        public var interface: String
        /// A pcap-filter(7) expression; empty captures everything.
        public var filter: String
        /// The most bytes of a packet that are captured.
        ///
        /// `lo` carries packets of up to 65 549 bytes.
        public var snapLength: Int
        /// The size of the kernel's ring in bytes.
        public var ringBytes: Int
        /// Whether each packet is delivered at once, not up to 10 ms later; its ring of fixed frames holds far fewer.
        public var isImmediate: Bool

        /// Describes a capture.
        public init(
            interface: String,
            filter: String = "tcp",
            snapLength: Int = 262_144,
            ringBytes: Int = 64 << 20,
            isImmediate: Bool = false
        ) {
            self.interface = interface
            self.filter = filter
            self.snapLength = snapLength
            self.ringBytes = ringBytes
            self.isImmediate = isImmediate
        }
    }

    /// How every packet begins.
    public let linkType: LinkType
    private let loop: CaptureLoop

    private init(loop: CaptureLoop) {
        self.loop = loop
        linkType = loop.linkType
    }

    deinit {
        loop.requestStop()
    }

    /// Starts capturing: what is sent after this returns is captured.
    ///
    /// - Parameters:
    ///   - settings: What to capture.
    ///   - sink: Receives the packets, in capture order, on the capture's own thread.
    ///   - batchEnded: Called on that thread whenever the ring is empty for now: the time to hand on what was
    ///     gathered.
    /// - Returns: The running capture; it stops when the last reference to it goes.
    /// - Throws: `.notPermitted`, `.unknownInterface`, `.interfaceDown`, `.badFilter`, `.captureFailed`.
    public static func open(
        _ settings: Settings,
        sink: @escaping Sink,
        batchEnded: @escaping @Sendable () -> Void = {}
    ) throws(PacketSourceError) -> LiveCapture {
        start(try PcapHandle.capturing(settings), sink, batchEnded)
    }

    /// Starts capturing on an interface that was reserved; what was sent since then is captured, too.
    ///
    /// - Throws: `.captureFailed` when the reservation was used before.
    public static func open(
        _ reservation: CaptureReservation,
        sink: @escaping Sink,
        batchEnded: @escaping @Sendable () -> Void = {}
    ) throws(PacketSourceError) -> LiveCapture {
        start(try reservation.take(), sink, batchEnded)
    }

    private static func start(
        _ handle: consuming PcapHandle,
        _ sink: @escaping Sink,
        _ batchEnded: @escaping @Sendable () -> Void
    ) -> LiveCapture {
        let loop = CaptureLoop(handle: handle, sink: sink, batchEnded: batchEnded)
        let thread = Thread { loop.run() }
        thread.name = "capture"
        thread.start()
        return LiveCapture(loop: loop)
    }

    /// The counters so far; those of the kernel are read a few times a second while packets come in.
    public var statistics: CaptureStatistics { loop.statistics }

    /// Ends the capture once everything sent before this call has been delivered.
    ///
    /// - Returns: The final counters. Calling it again, or after the capture ended by itself, is not an error.
    @discardableResult
    public func stop() async -> CaptureStatistics {
        loop.requestStop()
        _ = await loop.end.certainValue()
        return loop.statistics
    }

    /// Waits until the capture has ended.
    ///
    /// - Returns: `nil` when it was stopped, otherwise why it ended by itself, such as `.interfaceDown`.
    /// - Throws: `CancellationError` when the waiting task is cancelled; the capture goes on.
    public func waitForEnd() async throws(CancellationError) -> PacketSourceError? {
        try await loop.end.value()
    }
}
