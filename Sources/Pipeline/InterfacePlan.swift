// An interface to sniff, and what of it.

import PacketSources

/// What is sniffed, and where the packets are kept.
public struct InterfacePlan: Sendable {
    /// The interface's name; `any` is all of them.
    public var name: String
    /// A pcap-filter(7) expression.
    public var filter = "tcp or udp port 53"
    /// The size of the kernel's ring in bytes.
    public var ringBytes = 64 << 20
    /// Whether each packet is delivered at once.
    public var isImmediate = false
    /// Files that keep the sniffed packets too.
    public var packetFiles: PacketFileSettings?
    /// Memory for packets that wait to be decoded, in bytes; what does not fit goes to the disk.
    public var queueBytes = 64 << 20
    /// Bytes of packets that may wait on the disk beside the store; what does not fit is dropped and counted.
    public var spoolBytes = 1 << 30
    /// Bytes of the disk that are left free by packets that wait.
    var spareBytes = PacketBacklogLimits().spareBytes
    private var reservation: CaptureReservation?

    /// Sniffs the interface of that name.
    public init(name: String) {
        self.name = name
    }

    /// How many packets may wait, and where.
    var backlogLimits: PacketBacklogLimits {
        PacketBacklogLimits(memoryBytes: queueBytes, spoolBytes: spoolBytes, spareBytes: spareBytes)
    }

    private var settings: LiveCapture.Settings {
        LiveCapture.Settings(
            interface: name,
            filter: filter,
            ringBytes: ringBytes,
            isImmediate: isImmediate
        )
    }

    /// A filter for some TCP ports, and for the look-ups of names that explain a missing connection.
    ///
    /// Of datagrams in several fragments only the first one names a port.
    public static func filter(ports: [UInt16]) -> String {
        let ports = ports.map { "tcp port \($0)" }.joined(separator: " or ")
        return "\(ports) or udp port 53 or ip[6:2] & 0x1fff != 0"
    }

    /// Opens the interface now, so that the rights this takes can be given up before anything else is done.
    ///
    /// - Throws: `RunError` when it cannot be opened.
    public mutating func reserve() throws(RunError) {
        do {
            reservation = try CaptureReservation(settings)
        } catch {
            throw RunError(.unreadable, error.description, cause: error)
        }
    }

    /// Starts capturing.
    func open(
        sink: @escaping LiveCapture.Sink,
        batchEnded: @escaping @Sendable () -> Void
    ) throws(PacketSourceError) -> LiveCapture {
        if let reservation {
            return try LiveCapture.open(reservation, sink: sink, batchEnded: batchEnded)
        }
        return try LiveCapture.open(settings, sink: sink, batchEnded: batchEnded)
    }
}
