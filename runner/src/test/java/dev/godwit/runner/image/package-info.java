/** What the build of the image runs. */
package dev.godwit.runner.image;
