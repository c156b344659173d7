/** The custom resources of {@code godwit.dev/v1alpha1}. */
package dev.godwit.api.v1alpha1;
