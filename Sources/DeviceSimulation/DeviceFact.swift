// What happens in the life of a simulated device, told as it happens.

public import Dialects

/// A fact of a running device's life.
public enum DeviceFact: Hashable, Sendable {
    /// It is connected and its subscriptions are confirmed: what is offered now arrives.
    case subscribed
    /// A message for it arrived that its dialect can read.
    case received(UpgradeEvent)
    /// It published a message.
    case published(UpgradeEvent)
    /// It began a download.
    case downloadBegan(url: String)
    /// A download ended; bytes of body that had come by then.
    case downloadEnded(DownloadEnd, byteCount: Int64)
}
