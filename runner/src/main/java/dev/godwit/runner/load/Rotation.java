package dev.godwit.runner.load;

import dev.godwit.contract.load.LoadRequest;
import java.util.List;

/**
 * Which request comes next: each as often as its weight says, and evenly between the others. With
 * weights 3 and 1: a a b a, again and again. Nothing is random, so that both sides get the same.
 */
final class Rotation {

  private final List<LoadRequest> requests;
  private final int[] credit;
  private final int total;

  Rotation(List<LoadRequest> requests) {
    this.requests = List.copyOf(requests);
    this.credit = new int[requests.size()];
    this.total = requests.stream().mapToInt(LoadRequest::weight).sum();
  }

  /** Everybody earns their weight; the richest pays for all and is next. */
  LoadRequest next() {
    int richest = 0;
    for (int index = 0; index < credit.length; index++) {
      credit[index] += requests.get(index).weight();
      richest = credit[index] > credit[richest] ? index : richest;
    }
    credit[richest] -= total;
    return requests.get(richest);
  }
}
