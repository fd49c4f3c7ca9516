/// How much a side takes at a time. Smaller in a simulation, so that few operations meet every limit.
package struct Pace: Equatable, Sendable {
    package var downloadCreditEntries = Limits.downloadCreditEntries
    package var uploadWindowOperations = Limits.uploadWindowOperations
    package var transactionOperationsMax = Limits.transactionOperationsMax
    package var backlogOperationsMax = Limits.backlogOperationsMax

    package var imageLogEntriesMin = Limits.imageLogEntriesMin
    package var imageLagEntriesMax = Limits.imageLagEntriesMax
    package var imageWindowBytesMax = Limits.imageWindowBytesMax
    package var chunkBytesMax = UInt64(Limits.chunkBytesMax)

    package init() {}
}
