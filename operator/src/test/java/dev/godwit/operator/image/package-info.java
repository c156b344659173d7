/** What the build of the operator's image runs; nothing of it is in the image. */
package dev.godwit.operator.image;
